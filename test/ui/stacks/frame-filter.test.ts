import { describe, expect, it } from 'vitest';
import { type FrameFilter, filterFrames, NO_FRAME_FILTER } from '../../../ui/stacks/frame-filter';
import { recordingOf } from '../support/recordings';
import { folded, profileOf } from './support/tables';

const EXPRESS = '@/var/task/node_modules/express/index.js';
const { table } = recordingOf(
  profileOf(
    [`main@/var/task/a.js;route${EXPRESS};parse@/var/task/a.js;JSON.parse`, 1],
    [`main@/var/task/a.js;route${EXPRESS};render@/var/task/a.js;render@/var/task/a.js`, 2],
    ['tick@node:timers;poll@/var/task/a.js', 4],
  ),
);
const filtered = (filter: Partial<FrameFilter>) => folded(filterFrames(table, { ...NO_FRAME_FILTER, ...filter }));

describe('a filter of frames', () => {
  it('changes nothing as long as nothing is chosen, or what is typed is no search', () => {
    expect(filterFrames(table, NO_FRAME_FILTER)).toBe(table);
    expect(filterFrames(table, { ...NO_FRAME_FILTER, focus: '/(/' })).toBe(table);
  });

  it('focuses on stacks with a frame', () => {
    expect(filtered({ focus: '/^parse$/' })).toEqual([['main;route;parse;JSON.parse', 1]]);
    expect(filtered({ focus: 'absent' })).toEqual([]);
  });

  it('ignores stacks with a frame, also by its file', () => {
    expect(filtered({ ignore: 'express' })).toEqual([['tick;poll', 4]]);
  });

  it('hides frames, and leaves what they have with their callers', () => {
    expect(filtered({ hide: '/^render$/' })).toEqual([
      ['main;route;parse;JSON.parse', 1],
      ['main;route', 2],
      ['tick;poll', 4],
    ]);
  });

  it('shows stacks from a frame on', () => {
    expect(filtered({ showFrom: 'route' })).toEqual([
      ['route;parse;JSON.parse', 1],
      ['route;render;render', 2],
    ]);
  });

  it('hides the frames of dependencies, of Node.js, and one’s own', () => {
    expect(filtered({ hiddenOrigins: ['dependency', 'node'] })).toEqual([
      ['main;parse', 1],
      ['main;render;render', 2],
      ['poll', 4],
    ]);
    expect(filtered({ hiddenOrigins: ['own', 'dependency', 'node'] })).toEqual([
      ['', 1],
      ['', 2],
      ['', 4],
    ]);
  });

  it('merges direct recursion, also what becomes direct when others are hidden', () => {
    expect(filtered({ mergeRecursion: true })[1]).toEqual(['main;route;render', 2]);
    const mutual = recordingOf(profileOf(['a;b;a;b', 1])).table;
    expect(folded(filterFrames(mutual, { ...NO_FRAME_FILTER, hide: 'b', mergeRecursion: true }))).toEqual([['a', 1]]);
  });
});
