import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../ui/load-profile';
import { frameTotals, topRows } from '../../ui/stacks/stack-top';
import { INITIAL_VIEW, type ViewState } from '../../ui/view-state';
import { createViewer } from '../../ui/viewer';

/** Written by testdata/go-cpu.go. */
const GO_CPU = readFileSync(new URL('testdata/go-cpu.pb.gz', import.meta.url)).toString('base64');

async function open(choice: Partial<ViewState> = {}) {
  const source = { stack: 'Go', function: 'orders', type: 'cpu', base64: GO_CPU };
  const viewer = createViewer({ title: 'Go', profiles: [source] }, loadProfile, { ...INITIAL_VIEW, ...choice });
  await expect.poll(() => viewer.loading.value.status).toBe('ready');
  const { table, weights } = viewer.shown.value ?? {};
  if (!table || !weights) throw new Error('Nothing is shown.');
  return {
    viewer,
    rows: topRows(table.frames, frameTotals(table, weights.values)),
    whole: viewer.graph.value?.tree.total[0],
  };
}

describe('a profile that Go wrote', () => {
  test('is shown by its processor time, with inlined functions', async () => {
    const { viewer, rows, whole } = await open();
    expect(viewer.profile.value?.sampleTypes[viewer.valueIndex.value]).toEqual({ type: 'cpu', unit: 'nanoseconds' });
    expect(rows.find(({ name }) => name === 'main.hashOrders')?.total).toBe(whole);
    expect(rows.find(({ name }) => name === 'crypto/sha256.Sum256')?.total).toBeGreaterThan(0);
  });

  test('is filtered by its labels', async () => {
    const { viewer, whole = 0 } = await open();
    expect(viewer.labelGroups.value.map(({ key, chips }) => [key, chips.map(({ value }) => value)])).toEqual([
      ['outcome', ['error', 'ok']],
    ]);
    const { whole: failed = 0 } = await open({ labels: { outcome: ['error'] } });
    expect(failed).toBeGreaterThan(0);
    expect(failed).toBeLessThan(whole);
  });
});
