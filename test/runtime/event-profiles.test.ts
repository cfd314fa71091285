import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Label, Profile } from '../../profile/model/profile';
import { busy, RecordingBucket, startFunction, total } from './support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

/** Runs the function for some invocations and gives the profiles of `type` that it left. */
async function profilesOf(type: string, index: string, events: unknown[], environment: Record<string, string> = {}) {
  const fn = await startFunction(
    {
      files: { 'index.js': index },
      environment: {
        PROFILED_FN_PROFILES: `init,${type}`,
        PROFILED_FN_SNAPSHOT_INTERVAL_MS: '600000',
        ...environment,
      },
    },
    bucket,
  );
  for (const event of events) {
    const { payload, functionError, report } = await fn.invoke(event);
    if (functionError) throw new Error(payload.toString());
    await report;
  }
  await fn.close();
  return bucket.of(type).map(({ profile }) => profile);
}

const stackOf = ({ locations }: Profile['samples'][number]) => locations.map(({ lines: [{ fn }] }) => fn.name);
const label = (labels: readonly Label[], key: string) => {
  const found = labels.find((one) => one.key === key);
  return found && ('str' in found ? found.str : Number(found.num));
};

describe('the profile loop', () => {
  it('tells which code held the event loop, and for how long; not what ran in short turns', async () => {
    const [profile] = await profilesOf(
      'loop',
      `${busy}
       const { setTimeout: sleep } = require('node:timers/promises');
       function hold() { spin(3000); }
       function touch() { spin(4); }
       exports.handler = async function main() {
         hold();
         for (let i = 0; i < 12; i++) { await sleep(20); touch(); }
       };`,
      [{}],
      // Longer than a busy machine keeps the processor from the short turns.
      { PROFILED_FN_LOOP_THRESHOLD_MS: '2500' },
    );
    expect(profile.sampleTypes).toEqual([
      { type: 'blocks', unit: 'count' },
      { type: 'delay', unit: 'nanoseconds' },
    ]);
    expect(total(profile, 'blocks')).toBe(1);
    const holding = profile.samples.filter((sample) => stackOf(sample).includes('hold'));
    const delay = holding.reduce((sum, { values }) => sum + Number(values[1]), 0);
    expect(delay).toBeGreaterThan(2500e6);
    expect(delay).toBeLessThanOrEqual(total(profile, 'delay'));
    expect(profile.samples.filter((sample) => stackOf(sample).includes('touch'))).toEqual([]);
  });

  it('is not there where nothing did', async () => {
    const index = `exports.handler = () => new Promise((resolve) => setTimeout(resolve, 100));`;
    expect(await profilesOf('loop', index, [{}], { PROFILED_FN_LOOP_THRESHOLD_MS: '60000' })).toEqual([]);
  });
});

describe('the profile async', () => {
  it('has what is in flight after the response, by where it was started and how old it is', async () => {
    // A server that never answers.
    const sockets: { destroy(): void }[] = [];
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const [first, last] = await profilesOf(
      'async',
      `const net = require('node:net');
       function poll() { setInterval(() => {}, 1000); setInterval(() => {}, 1000).unref(); }
       function ask() { net.connect(${port}, '127.0.0.1').on('error', () => {}).write('?'); }
       function guard() { clearTimeout(setTimeout(() => {}, 60_000)); }
       exports.handler = async function main({ leak }) {
         if (leak) { poll(); ask(); }
         guard();
         await new Promise((resolve) => setTimeout(resolve, 150));
       };`,
      [{ leak: true }, {}],
    );
    for (const socket of sockets) socket.destroy();
    server.close();

    const inFlight = (profile: Profile) =>
      profile.samples.map((sample) => [...stackOf(sample).slice(0, 3), String(sample.values[0])]);
    const leaked = [
      [`(tcp 127.0.0.1:${port})`, 'ask', 'main', '1'],
      ['(interval)', 'poll', 'main', '1'],
    ];
    expect(inFlight(first)).toEqual(leaked);
    expect(inFlight(last)).toEqual(leaked);
    const ages = (profile: Profile) => profile.samples.map(({ labels }) => Number(label(labels, 'age')));
    for (const [i, age] of ages(last).entries()) expect(age).toBeGreaterThanOrEqual(ages(first)[i]);
    expect(ages(first)[0]).toBeGreaterThan(100);
  });
});

describe('the profile thread', () => {
  it('has worker threads and child processes by where they were started', async () => {
    const [profile] = await profilesOf(
      'thread',
      `const { once } = require('node:events');
       const { Worker } = require('node:worker_threads');
       const { execFile } = require('node:child_process');
       async function work() { await once(new Worker('1', { eval: true }), 'exit'); }
       const run = () => new Promise((resolve) => execFile(process.execPath, ['-e', '1'], resolve));
       exports.handler = async function main() { await work(); await run(); await run(); };`,
      [{}],
    );
    const started = profile.samples.map((sample) => [
      label(sample.labels, 'kind'),
      stackOf(sample).filter((name) => ['(worker thread)', '(child process)', 'work', 'run', 'main'].includes(name)),
      Number(sample.values[0]),
    ]);
    expect(started).toEqual([
      ['worker thread', ['(worker thread)', 'work', 'main'], 1],
      ['child process', ['(child process)', 'run', 'main'], 2],
    ]);
  });
});

describe('the profile gc', () => {
  it('has the pauses of invocations by kind', async () => {
    const [profile] = await profilesOf(
      'gc',
      `exports.handler = async function main() {
         const kept = [];
         for (let i = 0; i < 300; i++) { kept.push(new Array(10_000).fill(i)); if (i % 20 === 0) await new Promise(setImmediate); }
         await new Promise((resolve) => setTimeout(resolve, 20));
         return kept.length;
       };`,
      [{}],
    );
    const pauses = profile.samples.map((sample) => ({ leaf: stackOf(sample)[0], values: sample.values.map(Number) }));
    const scavenges = pauses.find(({ leaf }) => leaf === '(scavenge)');
    expect(scavenges?.values[0]).toBeGreaterThan(0);
    expect(scavenges?.values[1]).toBeGreaterThan(0);
    expect(profile.defaultSampleType).toBe('pause');
    expect(total(profile, 'pause')).toBeLessThan(Number(profile.durationNanos));
    expect(label(profile.samples[0].labels, 'phase')).toBe('invoke');
  });
});
