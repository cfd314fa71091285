import { Session } from 'node:inspector';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HeapNode, type HeapProfile, HeapSampler, heapSamplingInterval } from '../../../runtime/heap/heap-sampler';
import { heapToPprof } from '../../../runtime/heap/heap-to-pprof';
import { total } from '../harness';
import { identity } from '../identity';

const MIB = 1024 * 1024;

let session: Session;
beforeEach(() => {
  session = new Session();
  session.connect();
});
afterEach(() => session.disconnect());

/** Arrays of 64 KiB. */
const arrays = (mebibytes: number) => Array.from({ length: 16 * mebibytes }, (_, i) => new Array<number>(8192).fill(i));
const keep = (mebibytes: number) => arrays(mebibytes);
function drop(mebibytes: number): number {
  let length = 0;
  for (let i = 0; i < mebibytes; i++) length += arrays(1).length;
  return length;
}

describe('the heap’s profile', () => {
  it('is what lives: its size, by the stack that allocated it, without what has died', () => {
    const sampler = new HeapSampler(session, MIB / 2);
    sampler.start();
    const held = keep(64);
    drop(200);
    const collected = sampler.collect();
    sampler.stop();
    if (!collected) throw new Error('no profile');
    const profile = heapToPprof(collected, MIB / 2, 1_700_000_000_000, identity);

    const inStack = (name: string) => ({
      ...profile,
      samples: profile.samples.filter(({ locations }) => locations.some(({ lines }) => lines[0].fn.name === name)),
    });
    // Of 128 samples that are expected; less than half as many would be 6 standard deviations off.
    expect(total(inStack('keep'), 'inuse_space')).toBeGreaterThan(32 * MIB);
    expect(total(inStack('keep'), 'inuse_space')).toBeLessThan(96 * MIB);
    expect(total(inStack('keep'), 'samples')).toBeGreaterThan(64);
    expect(total(inStack('drop'), 'inuse_space')).toBeLessThan(5 * MIB);
    expect(held).toHaveLength(1024);
    expect(profile).toMatchObject({ period: MIB / 2, periodType: { type: 'space', unit: 'bytes' } });
    expect(profile.timeNanos).toBe(1_700_000_000_000_000_000n);
  });

  it.each([
    [128, 2],
    [512, 2],
    [1024, 4],
    [10_240, 8],
    [Number.NaN, 2],
  ])('of a function with %d MB has a sample every %d MiB', (memoryMb, mebibytes) => {
    expect(heapSamplingInterval(memoryMb)).toBe(mebibytes * MIB);
  });
});

/** Why there are no `alloc_space` and `inuse_objects`: should V8 ever tell, these tests fail. */
describe('V8 does not tell', () => {
  const sizeOf = (name: string, { callFrame, selfSize, children }: HeapNode, within = false): number => {
    const inside = within || callFrame.functionName === name;
    return children.reduce((sum, child) => sum + sizeOf(name, child, inside), inside ? selfSize : 0);
  };
  const post = <Result>(method: string, params: object = {}): Result => {
    let answer: Result | undefined;
    session.post(method, params, (error: Error | null, result?: object) => {
      if (error) throw error;
      answer = result as Result;
    });
    return answer as Result;
  };

  it('what was allocated and what lives in one profile: with both, nothing leaves when it dies', () => {
    post('HeapProfiler.startSampling', {
      samplingInterval: MIB / 2,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    drop(100);
    const { profile } = post<{ profile: HeapProfile }>('HeapProfiler.getSamplingProfile');
    const again = post<{ profile: HeapProfile }>('HeapProfiler.getSamplingProfile').profile;
    post('HeapProfiler.stopSampling');
    expect(sizeOf('drop', profile.head)).toBeGreaterThan(50 * MIB);
    expect(sizeOf('drop', again.head)).toBeGreaterThanOrEqual(sizeOf('drop', profile.head));
    expect(Object.keys(profile.samples[0]).sort()).toEqual(['nodeId', 'ordinal', 'size']);
  });

  it('how large an object was: a sample’s size is what it stands for', () => {
    post('HeapProfiler.startSampling', { samplingInterval: MIB / 2 });
    const held = keep(16);
    const { profile } = post<{ profile: { samples: { size: number }[] } }>('HeapProfiler.getSamplingProfile');
    post('HeapProfiler.stopSampling');
    expect(held).toHaveLength(256);
    for (const { size } of profile.samples) expect(size).toBeGreaterThan(MIB / 2);
  });
});
