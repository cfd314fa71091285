import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cpuToPprof } from '../../runtime/cpu/cpu-to-pprof';
import { sampledWindows } from '../../runtime/cpu/sampled-windows';
import { Random } from '../profile/support/random';
import { identity } from './support/function-identity';
import {
  busy,
  ownLines,
  RecordingBucket,
  startFunction,
  type TestFunction,
  temporaryDirectory,
  total,
} from './support/harness';
import { SimulatedProfile } from './support/simulated-profile';

const often = {
  PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1',
  PROFILED_FN_COST_LIMIT: '1',
  PROFILED_FN_PROFILES: 'wall,init',
};

/** Code that runs before the runtime client. */
function preload(script: string): Record<string, string> {
  const file = join(temporaryDirectory(), 'preload.cjs');
  writeFileSync(file, script);
  return { NODE_OPTIONS: `--require ${file}` };
}

/** Invokes a function with each event; what the bucket got, and what we logged. */
async function run(fn: Partial<TestFunction>, events: readonly unknown[]) {
  const bucket = await RecordingBucket.start();
  const environment = await startFunction({ files: {}, ...fn, environment: { ...often, ...fn.environment } }, bucket);
  const results: string[] = [];
  for (const event of events) {
    const { payload, report } = await environment.invoke(event);
    await report;
    results.push(payload.toString());
  }
  await environment.close();
  await bucket.close();
  return { bucket, results, ours: ownLines(environment.log) };
}

const spinning = { 'index.js': `${busy} exports.handler = async (ms) => { spin(ms); return ms; };` };
const records = (bucket: RecordingBucket) =>
  bucket
    .of('wall')
    .reduce((sum, { profile }) => sum + profile.samples.filter((s) => s.locations.length === 0).length, 0);

describe('an instance survives', () => {
  it('that V8’s sampler is stuck: it is started again, and a line tells of it', async () => {
    // What a stuck sampler gives: a profile without samples. Here of the second invocation.
    const stuck = preload(`
      const { Session } = require('node:inspector');
      const { on } = Session.prototype;
      Session.prototype.on = function (event, listener) {
        if (event !== 'Profiler.consoleProfileFinished') return on.call(this, event, listener);
        return on.call(this, event, (message) => {
          if (message.params.title === 'profiled-fn-3') Object.assign(message.params.profile, { samples: [], timeDeltas: [] });
          listener(message);
        });
      };`);
    const code = `exports.handler = async (ms) => {
      const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
      for (const end = used() + ms; used() < end; ) for (let i = 0; i < 1e6; i++) Math.sqrt(i);
      return ms;
    };`;
    const fn = { files: { 'index.js': code }, environment: stuck, timeoutSeconds: 60 };
    const { bucket, results, ours } = await run(fn, [10, 1200, 100]);
    expect(results).toEqual(['10', '1200', '100']);
    expect(ours).toMatchObject([{ kind: 'sampler-restarted' }]);
    expect(records(bucket)).toBe(3);
    const [, during, after] = bucket.of('wall').map(({ profile }) => total(profile, 'samples'));
    expect(during).toBe(0);
    expect(after).toBeGreaterThan(0);
  });

  it('a heap that would take too long to collect: its profile is left out, the others are not', async () => {
    const code =
      'const held = Array.from({ length: 16 }, () => new Array(4e6).fill(1.5)); exports.handler = async () => held.length;';
    const fn = { files: { 'index.js': code }, memoryMb: 2048, timeoutSeconds: 1 };
    const { bucket, results, ours } = await run(
      { ...fn, environment: { PROFILED_FN_PROFILES: 'wall,heap,init' } },
      [1],
    );
    expect(results).toEqual(['16']);
    expect(bucket.of('heap')).toEqual([]);
    expect(bucket.of('wall')).toHaveLength(1);
    expect(ours).toEqual([]);
  });

  it('a full disk: nothing is written to it', async () => {
    const full = preload(`
      const fs = require('node:fs');
      const fail = () => { throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }); };
      for (const name of ['writeFileSync', 'appendFileSync', 'mkdirSync', 'mkdtempSync', 'createWriteStream', 'writeFile', 'appendFile', 'mkdir']) fs[name] = fail;
      for (const name of ['openSync', 'open']) {
        const original = fs[name];
        fs[name] = (path, flags, ...rest) => (/[wa+]/.test(String(flags ?? 'r')) ? fail() : original(path, flags, ...rest));
      }`);
    const { bucket, results, ours } = await run({ files: spinning, environment: full }, [5, 5]);
    expect(results).toEqual(['5', '5']);
    expect(records(bucket)).toBe(2);
    expect(ours).toEqual([]);
  });

  it('a storm of invocations: each is recorded, and no more objects are left than the window has', async () => {
    const environment = { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '100', PROFILED_FN_WINDOW_SIZE: '4' };
    const events = Array.from({ length: 1000 }, (_, n) => n);
    const code = 'exports.handler = async (n) => n;';
    const { bucket, results, ours } = await run({ files: { 'index.js': code }, environment }, events);
    expect(results).toEqual(events.map(String));
    expect(records(bucket)).toBe(1000);
    expect(new Set(bucket.of('wall').map(({ key }) => key)).size).toBeLessThanOrEqual(4);
    expect(bucket.puts.at(-1)?.metadata['dropped-invocations']).toBe('0');
    expect(ours).toEqual([]);
  });
});

/**
 * What V8 would have sampled of invocations, each of which works and then waits, with a freeze after it.
 */
function frozenLife(count: number, seed: number) {
  const numbers = new Random(seed);
  const random = () => numbers.fraction();
  const simulated = new SimulatedProfile(10_000);
  const windows: { start: number; end: number; labels: [] }[] = [];
  let busyTime = 0;
  for (let i = 0; i < count; i++) {
    simulated.pass('(idle)', 100 + 400 * random()); // the runtime hands the event on
    const start = simulated.now;
    const work = 200 + 40_000 * random() ** 3;
    simulated.pass('work', work);
    simulated.pass('(idle)', 30_000 * random() ** 3);
    windows.push({ start, end: simulated.now, labels: [] });
    busyTime += work;
    simulated.pass('(idle)', 300);
    simulated.freeze(1_000 + 10_000_000 * random() ** 4);
  }
  const invoked = windows.reduce((sum, { start, end }) => sum + end - start, 0);
  return { profile: simulated.profile, windows, busyTime, invoked };
}

describe('10,000 freezes', () => {
  it.each([1, 2, 3, 4])(
    'are nobody’s time, and what works after one is told to half a sampling interval (%d)',
    (seed) => {
      const { profile, windows, busyTime, invoked } = frozenLife(10_000, seed);
      const converted = cpuToPprof(sampledWindows({ profile, intervalMs: 10 }, windows), identity);
      expect(Math.abs(total(converted, 'wall') / 1000 / invoked - 1)).toBeLessThan(0.001);
      // After each thaw V8 samples at once: what ends before the next sample is not seen, on average half an interval.
      const missed = (busyTime - total(converted, 'cpu') / 1000) / windows.length;
      expect(Math.abs(missed)).toBeLessThan(5_000);
    },
  );
});
