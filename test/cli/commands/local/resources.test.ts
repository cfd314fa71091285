import { expect, it } from 'vitest';
import { resourceRemarks, resourcesJson } from '../../../../cli/commands/local/resources';
import type { FunctionLoad } from '../../../../cli/commands/local/run-load';

function load(more: Partial<FunctionLoad>): FunctionLoad {
  const deployed = { memoryMb: 128, timeoutSeconds: 3 };
  const some = {
    fn: { name: 'Checkout', deployed },
    result: { responseTimes: [1, 2] },
    killedAfterResponse: 0,
    ...more,
  };
  return some as unknown as FunctionLoad;
}

it('says nothing of resources that are all of the machine', () => {
  expect(resourceRemarks(load({}))).toEqual([]);
  expect(resourcesJson(load({}))).toEqual({ resources: null, killedAfterResponse: 0 });
});

it('says whether a function waited for its share of a processor', () => {
  expect(resourceRemarks(load({ throttledMs: 0 }))).toEqual([
    'Checkout had 128 MB and 0.07 vCPU: not throttled in 2 invocations',
  ]);
  expect(resourceRemarks(load({ throttledMs: 1500 }))).toEqual([
    'Checkout had 128 MB and 0.07 vCPU: throttled for 1.5 s in 2 invocations',
  ]);
  expect(resourcesJson(load({ throttledMs: 1500 }))).toMatchObject({ resources: { memoryMb: 128, throttledMs: 1500 } });
});

it('says that instances ended at the timeout after their response, which the caller does not see', () => {
  expect(resourceRemarks(load({ killedAfterResponse: 2 }))).toEqual([
    '2 instances of Checkout ended after a response, at the timeout of 3 s',
  ]);
});
