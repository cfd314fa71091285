import { describe, expect, it } from 'vitest';
import { removeUninteresting } from '../../profile/analysis/uninteresting';
import { mergeProfiles } from '../../profile/merge/merge';
import type { Profile } from '../../profile/model/profile';
import { encodeProfile } from '../../profile/pprof/encode';
import { readRecording } from '../../ui/recording';
import { at, fn, profileOf, sample } from './support/profiles';

const [malloc, operatorNew, alpha, main] = ['malloc', 'operator new(unsigned long)', 'alpha', 'main'].map((name) =>
  fn(name),
);
const profile: Profile = {
  ...profileOf(
    sample(1, at(malloc), at(operatorNew), at(alpha), at(main)),
    sample(2, at(alpha), at(malloc)),
    sample(4, at(malloc, alpha), at(main)),
    sample(8, at(main), at(malloc), at(main)),
  ),
  dropFrames: 'malloc|operator new',
};

const stacksOf = ({ samples }: Profile) =>
  samples.map(({ locations }) => locations.flatMap(({ lines }) => lines.map((line) => line.fn.name)).join(' '));

/** What the page shows, leaf first. */
function pageOf(of: Profile): { stacks: string[]; note: string } {
  const { table, frames } = readRecording(encodeProfile(of));
  const stacks = Array.from({ length: table.size }, (_, s) =>
    Array.from(table.path.subarray(table.start[s], table.start[s + 1]), (frame) => table.frames[frame]?.name)
      .reverse()
      .join(' '),
  );
  return { stacks, note: frames };
}

describe('B11: what drop_frames names', () => {
  it('goes with all that it calls, but not before the first frame that is not named', () => {
    const expected = ['alpha main', 'alpha malloc', 'alpha main', 'main'];
    const { profile: shown, functions, problem } = removeUninteresting(profile);
    expect([stacksOf(shown), functions, problem]).toEqual([expected, 2, undefined]);
    expect(pageOf(profile)).toEqual({
      stacks: expected,
      note: 'without 2 functions that its drop_frames names; view --all-frames shows all',
    });
  });

  it('stays where keep_frames names it', () => {
    const kept = { ...profile, keepFrames: 'operator.*' };
    const expected = ['operator new(unsigned long) alpha main', 'alpha malloc', 'alpha main', 'main'];
    expect(stacksOf(removeUninteresting(kept).profile)).toEqual(expected);
    expect(pageOf(kept).stacks).toEqual(expected);
  });

  it.each(['mal(loc', '(?=malloc)', '((a{1000}){1000}){1000}'])(
    'stays, and the reason is said, where it is no pattern: %s',
    (dropFrames) => {
      const { profile: shown, problem } = removeUninteresting({ ...profile, dropFrames });
      expect(stacksOf(shown)).toEqual(stacksOf(profile));
      expect(problem).toMatch(/./);
      const page = pageOf({ ...profile, dropFrames });
      expect(page.stacks).toEqual(stacksOf(profile));
      expect(page.note).toContain(problem);
    },
  );

  it('is, in a merge, what one of the profiles says, in whatever order they come', () => {
    const patterns: [drop: string, keep: string][] = [
      ['b', 'k'],
      ['a', ''],
      ['', 'z'],
      ['a', 'y'],
      ['', ''],
    ];
    const all = patterns.map(([dropFrames, keepFrames]) => ({ ...profile, dropFrames, keepFrames }));
    for (const order of [all, all.toReversed(), [...all.slice(2), ...all.slice(0, 2)]]) {
      const { dropFrames, keepFrames } = mergeProfiles(order);
      expect([dropFrames, keepFrames]).toEqual(['a', 'y']);
    }
    const [first, second] = all as [Profile, Profile];
    expect(mergeProfiles([first, second])).toMatchObject({ dropFrames: 'a', keepFrames: '' });
  });
});
