import { describe, expect, it } from 'vitest';
import { ControlGroup, controlGroupRoots } from '../../local/lambda/control-group';
import { preloaded, RecordingBucket, startFunction, type TestFunction } from '../runtime/support/harness';

/** Where the process can be limited as Lambda limits it; elsewhere it has the whole machine, and the rest is the same. */
const probe = ControlGroup.create(128, controlGroupRoots());
if (typeof probe !== 'string') await probe.remove();
const resources = typeof probe === 'string' ? 'machine' : 'lambda';

/** Deploys as the constructs do, with all that it costs limited; among the profiled instances, with the largest allowance. */
const asDeployed = (draw = 0) => ({
  PROFILED_FN_PROFILES: 'wall,heap,custom',
  PROFILED_FN_COST_LIMIT: '0.01',
  PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1000',
  ...preloaded(`const { random } = Math; let first = 2; Math.random = () => first-- > 0 ? ${draw} : random();`),
});

const waits: TestFunction = {
  files: {
    'index.js': 'exports.handler = async (e) => { await new Promise((r) => setTimeout(r, 2300)); return e.n; };',
  },
  memoryMb: 128,
  timeoutSeconds: 3,
};

/** Answers of as many invocations, and whether each was ended by its timeout. */
async function invoked(fn: TestFunction, bucket: RecordingBucket | undefined, count: number) {
  const environment = await startFunction(fn, bucket, { resources, shutdownGraceMs: 500 });
  const answers: unknown[] = [];
  let killed = 0;
  for (let n = 0; n < count; n++) {
    const result = await environment.invoke({ n });
    answers.push(JSON.parse(result.payload.toString()));
    if ((await result.report).timedOut) killed++;
  }
  const { log } = environment;
  await environment.close();
  return { answers, killed, log };
}

describe.concurrent('at 128 MB, with a handler that takes 2.3 of 3 s (R01)', () => {
  it.each([
    ['whose initialization is sampled', 0],
    ['with hardly any allowance', 0.2],
    ['that is not among the profiled ones', 0.9],
  ])('an instance %s is not killed, and answers as the bare one', async (_, draw) => {
    const bucket = await RecordingBucket.start();
    const [bare, profiled] = await Promise.all([
      invoked(waits, undefined, 3),
      invoked({ ...waits, environment: asDeployed(draw) }, bucket, 3),
    ]);
    await bucket.close();
    expect(profiled.answers).toEqual(bare.answers);
    expect([bare.killed, profiled.killed]).toEqual([0, 0]);
    expect(profiled.log).toEqual([]);
  });
});
