import nodeConsole from 'node:console';
import { type Profiler, Session } from 'node:inspector';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CpuSampler, isStuck } from '../../../runtime/cpu/cpu-sampler';

let session: Session;
let sampler: CpuSampler;
beforeEach(() => {
  // The test runner's console is not the inspector's.
  vi.stubGlobal('console', nodeConsole);
  session = new Session();
  session.connect();
  sampler = new CpuSampler(session);
});
afterEach(() => {
  session.disconnect();
  vi.unstubAllGlobals();
});

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) JSON.stringify({ a: [1, 2, 3] });
}

/** Microseconds that the profile covers. */
const covered = ({ startTime, endTime }: { startTime: number; endTime: number }) => endTime - startTime;

describe('the CPU sampler', () => {
  it('gives one profile after the other, with no gap between them', () => {
    sampler.start(5);
    spin(30);
    const first = sampler.rotate();
    spin(30);
    const second = sampler.rotate();
    sampler.stop();
    if (!first || !second) throw new Error('no profile');
    expect([first.intervalMs, second.intervalMs]).toEqual([5, 5]);
    expect(covered(first.profile)).toBeGreaterThanOrEqual(30_000);
    expect(covered(second.profile)).toBeGreaterThanOrEqual(30_000);
    expect(second.profile.startTime).toBeLessThanOrEqual(first.profile.endTime);
  });

  it('samples at another interval when it is told to', () => {
    sampler.start(1);
    spin(200);
    const fine = sampler.rotate();
    sampler.changeInterval(20);
    spin(200);
    const coarse = sampler.rotate();
    sampler.stop();
    expect([fine?.intervalMs, coarse?.intervalMs]).toEqual([1, 20]);
    expect(coarse?.profile.samples?.length).toBeLessThan(fine?.profile.samples?.length ?? 0);
  });

  it('knows the functions whose loops V8 has optimized before a full start', () => {
    // V8 optimizes the loop while it runs, and the function as a whole after more calls than these.
    function loop(ms: number): void {
      for (const end = Date.now() + ms; Date.now() < end; );
    }
    const share = (name: string, { nodes, samples = [] }: Profiler.Profile) => {
      const of = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === name).map(({ id }) => id));
      return samples.filter((id) => of.has(id)).length / samples.length;
    };
    for (let i = 0; i < 10; i++) loop(10);
    sampler.startLate(10);
    for (let i = 0; i < 10; i++) loop(10);
    const first = sampler.rotate();
    sampler.changeInterval(1);
    for (let i = 0; i < 10; i++) loop(10);
    const second = sampler.rotate();
    sampler.stop();
    if (!first || !second) throw new Error('no profile');
    expect(share('loop', first.profile)).toBeGreaterThan(0.3);
    expect(share('loop', second.profile)).toBeGreaterThan(0.3);
  });

  it('keeps its interval while a profile of the user’s is running, and its profiles apart from that', () => {
    sampler.start(1);
    nodeConsole.profile('mine');
    const first = sampler.rotate();
    sampler.changeInterval(20);
    const second = sampler.rotate();
    nodeConsole.profileEnd('mine');
    sampler.changeInterval(20);
    const third = sampler.rotate();
    sampler.stop();
    expect([first, second, third].map((sampled) => sampled?.intervalMs)).toEqual([1, 1, 20]);
  });

  // Some versions of Node.js end the last begun profile then, which is ours, and others none.
  it('goes on when the user’s code ends a profile without a title', () => {
    sampler.start(5);
    nodeConsole.profileEnd();
    spin(20);
    const first = sampler.rotate();
    spin(20);
    const next = sampler.rotate();
    sampler.stop();
    if (!first || !next) throw new Error('no profile');
    expect(first.profile.endTime).toBeLessThanOrEqual(next.profile.endTime - 20_000);
    expect(covered(next.profile)).toBeGreaterThanOrEqual(20_000);
  });

  it('can be started again, which forgets what was under way', () => {
    sampler.start(5);
    spin(50);
    sampler.restart();
    spin(150);
    const sampled = sampler.rotate();
    sampler.stop();
    expect(sampled?.intervalMs).toBe(5);
    expect(covered(sampled?.profile ?? { startTime: 0, endTime: 0 })).toBeGreaterThanOrEqual(20_000);
    expect(sampled?.profile.samples?.length).toBeGreaterThan(1);
  });
});

describe('V8’s sampler is stuck', () => {
  const profile = (samples: number) => ({ nodes: [], startTime: 0, endTime: 0, samples: Array(samples).fill(1) });

  it('when there is not even a sample for each second of processor time', () => {
    expect(isStuck(profile(0), 1_100_000)).toBe(true);
    expect(isStuck(profile(4), 5_100_000)).toBe(true);
    expect(isStuck({ nodes: [], startTime: 0, endTime: 0 }, 1_100_000)).toBe(true);
  });

  it('not before there was a second', () => {
    expect(isStuck(profile(0), 900_000)).toBe(false);
  });

  it('not where it is only slow, on a throttled processor', () => {
    expect(isStuck(profile(30), 1_100_000)).toBe(false);
  });
});
