import { describe, expect, it, vi } from 'vitest';
import { labelOf } from '../../ui/graph';
import type { ProfileSource } from '../../ui/page-data';
import type { Recording } from '../../ui/recording';
import { INITIAL_VIEW, type ViewState } from '../../ui/view-state';
import { createViewer, type Viewer } from '../../ui/viewer';
import { foldedProfile, WALL_TYPES } from './support/folded-profile';
import { recordingOf } from './support/recordings';

const wall = foldedProfile(WALL_TYPES, [
  ['handler;parse', 3, 30, 30],
  ['handler;render', 1, 10, 10],
  ['(idle)', 6, 0, 60],
]);
const heap = foldedProfile([{ type: 'inuse_space', unit: 'bytes' }], [['handler;parse', 512]]);
const sources: ProfileSource[] = [
  { stack: 'S', function: 'F', type: 'wall', url: 'wall' },
  { stack: 'S', function: 'F', type: 'heap', url: 'heap' },
  { stack: 'S', function: 'F', type: 'broken', url: 'broken' },
];

async function open(choice: Partial<ViewState> = {}, profiles = sources) {
  const load = vi.fn(async (source: ProfileSource): Promise<Recording> => {
    if (source.type === 'broken') throw new Error('it is broken');
    return recordingOf(source.type === 'heap' ? heap : wall);
  });
  const viewer = createViewer({ title: 'S', profiles }, load, { ...INITIAL_VIEW, ...choice });
  await settled();
  return { viewer, load };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function names(viewer: Viewer): string[] {
  const graph = viewer.graph.value;
  return graph ? Array.from({ length: graph.tree.size }, (_, node) => labelOf(graph, node)) : [];
}

function nodeNamed(viewer: Viewer, name: string): number {
  return names(viewer).indexOf(name);
}

describe('the viewer', () => {
  it('loads the chosen profile only, once', async () => {
    const { viewer, load } = await open();
    expect(load.mock.calls.map(([source]) => source.type)).toEqual(['wall']);
    viewer.update({ stack: 'S', function: 'F', profile: 'heap' });
    await settled();
    viewer.update({ profile: 'wall' });
    await settled();
    expect(load.mock.calls.map(([source]) => source.type)).toEqual(['wall', 'heap']);
    expect(viewer.loading.value.status).toBe('ready');
  });

  it('says what is wrong with a profile, and still shows the others', async () => {
    const { viewer } = await open({ stack: 'S', function: 'F', profile: 'broken' });
    expect(viewer.loading.value).toEqual({ status: 'failed', message: 'it is broken' });
    viewer.update({ profile: 'wall' });
    await settled();
    expect(names(viewer)).toContain('parse');
  });

  it('tries a profile that failed again when it is chosen again', async () => {
    const { viewer, load } = await open({ stack: 'S', function: 'F', profile: 'broken' });
    viewer.update({ profile: 'wall' });
    viewer.update({ profile: 'broken' });
    await settled();
    expect(load.mock.calls.map(([source]) => source.type)).toEqual(['broken', 'wall', 'broken']);
  });

  it('has nothing to show without profiles', async () => {
    const { viewer } = await open({}, []);
    expect(viewer.loading.value.status).toBe('none');
    expect(viewer.graph.value).toBeUndefined();
  });

  it('shows the default value first, then the chosen, and the default again for one that is not there', async () => {
    const { viewer } = await open();
    expect(viewer.valueIndex.value).toBe(2);
    viewer.update({ value: 'cpu' });
    expect(viewer.valueIndex.value).toBe(1);
    expect(viewer.graph.value?.tree.total[0]).toBe(40);
    viewer.update({ value: 'absent' });
    expect(viewer.valueIndex.value).toBe(2);
  });

  it('hides idle time', async () => {
    const { viewer } = await open();
    expect(names(viewer)).toContain('(idle)');
    viewer.update({ hideIdle: true });
    expect(names(viewer)).not.toContain('(idle)');
    expect(viewer.graph.value?.tree.total[0]).toBe(40);
    expect(viewer.summary.value?.total).toBe(100);
  });

  it('builds nothing anew for a search', async () => {
    const { viewer } = await open();
    const before = viewer.graph.value;
    viewer.update({ search: 'parse' });
    expect(viewer.graph.value).toBe(before);
    expect(viewer.matches.value).toEqual({ functions: 1, total: 30 });
    viewer.update({ search: '/(/' });
    expect(viewer.query.value.kind).toBe('invalid');
    expect(viewer.matched.value).toBeUndefined();
  });

  it('keeps the zoom on the same stack when the value changes, and forgets the selected node', async () => {
    const { viewer } = await open();
    viewer.zoom(nodeNamed(viewer, 'render'));
    viewer.select(viewer.zoomed.value);
    expect(viewer.selected.value).toBe(nodeNamed(viewer, 'render'));
    viewer.update({ value: 'samples' });
    expect(viewer.zoomed.value).toBe(nodeNamed(viewer, 'render'));
    expect(viewer.selected.value).toBe(-1);
    viewer.zoom(0);
    expect(viewer.state.value.zoom).toBe('');
  });
});
