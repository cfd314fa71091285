import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frameTotals } from '../../profile/analysis/top';
import { loadProfile } from '../../ui/load-profile';
import { topRows } from '../../ui/stacks/stack-top';
import { INITIAL_VIEW, type ViewState } from '../../ui/view-state';
import { createViewer } from '../../ui/viewer';

/** Files that the programs of the same names in testdata/ have written. */
const fileOf = (name: string): string => readFileSync(new URL(`testdata/${name}`, import.meta.url)).toString('base64');

async function open(file: string, choice: Partial<ViewState> = {}) {
  const source = { stack: 'S', function: 'orders', type: 'cpu', base64: fileOf(file) };
  const viewer = createViewer({ title: 'S', profiles: [source] }, loadProfile, { ...INITIAL_VIEW, ...choice });
  await expect.poll(() => viewer.loading.value.status).toBe('ready');
  const { table, weights } = viewer.shown.value ?? {};
  if (!table || !weights) throw new Error('Nothing is shown.');
  return {
    viewer,
    rows: topRows(table.frames, frameTotals(table, weights.values)),
    whole: viewer.graph.value?.tree.total[0] ?? 0,
  };
}

describe('a profile that Go wrote', () => {
  it('is shown by its processor time, with inlined functions', async () => {
    const { viewer, rows, whole } = await open('go-cpu.pb.gz');
    expect(viewer.profile.value?.sampleTypes[viewer.valueIndex.value]).toEqual({ type: 'cpu', unit: 'nanoseconds' });
    expect(rows.find(({ name }) => name === 'main.hashOrders')?.total).toBe(whole);
    expect(rows.find(({ name }) => name === 'crypto/sha256.Sum256')?.total).toBeGreaterThan(0);
  });

  it('is filtered by its labels', async () => {
    const { viewer, whole } = await open('go-cpu.pb.gz');
    expect(viewer.labelGroups.value.map(({ key, chips }) => [key, chips.map(({ value }) => value)])).toEqual([
      ['outcome', ['error', 'ok']],
    ]);
    const { whole: failed } = await open('go-cpu.pb.gz', { labels: { outcome: ['error'] } });
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(whole);
  });
});

describe('a profile that @datadog/pprof wrote', () => {
  it('is shown by its wall time, with Node.js’s own code apart from the user’s', async () => {
    const { viewer, rows, whole } = await open('datadog-wall.pb.gz');
    expect(viewer.profile.value?.sampleTypes[viewer.valueIndex.value]).toEqual({ type: 'wall', unit: 'nanoseconds' });
    const hash = rows.find(({ name }) => name === 'hashOrders');
    expect(hash?.self).toBeGreaterThan(whole / 2);
    expect(hash?.file).toBe('/srv/orders/datadog-wall.mjs');
    const kinds = viewer.graph.value?.origins.map(({ kind }) => kind);
    expect(kinds).toContain('own');
    expect(kinds).toContain('node');
  });
});

describe('a profile that pprof-rs wrote', () => {
  it('is shown by its processor time, although it is not compressed, and filtered by thread', async () => {
    const { viewer, rows, whole } = await open('rust-cpu.pb');
    expect(viewer.profile.value?.sampleTypes[viewer.valueIndex.value]).toEqual({ type: 'cpu', unit: 'nanoseconds' });
    const inHash = rows.filter(({ name }) => name.includes('hash_orders'));
    expect(Math.max(...inHash.map(({ total }) => total))).toBeGreaterThan(whole / 2);
    expect(rows.find(({ file }) => file === '/srv/orders/src/main.rs')).toBeDefined();
    expect(viewer.labelGroups.value.map(({ key, chips }) => [key, chips.map(({ value }) => value)])).toEqual([
      ['thread', ['rust-cpu']],
    ]);
  });
});
