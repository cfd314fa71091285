import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '../../../profile/model/profile';
import { ownLines, RecordingBucket, startFunction } from '../support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

/** Source of what worker threads do. */
const COMPUTE = `
function compute(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) for (let i = 0; i < 1e4; i++) sum += Math.sqrt(i);
  return sum;
}`;

/** What a function's workers are, by a case; each gives what the handler saw of them. */
const FILES = {
  'resize.cjs': `
    const { parentPort } = require('node:worker_threads');
    ${COMPUTE}
    function resizeInFile() { compute(300); }
    resizeInFile();
    parentPort.postMessage('resized');`,
  'resize.mjs': `
    import { parentPort } from 'node:worker_threads';
    ${COMPUTE}
    function resizeInModule() { compute(300); }
    resizeInModule();
    parentPort.postMessage('resized');`,
  'pool.cjs': `
    const { parentPort } = require('node:worker_threads');
    ${COMPUTE}
    function task() { compute(200); }
    parentPort.on('message', () => { task(); parentPort.postMessage('done'); });`,
  'index.js': `
    const { once } = require('node:events');
    const { join } = require('node:path');
    const { Worker } = require('node:worker_threads');
    const at = (name) => join(__dirname, name);
    const code = (text) => ${JSON.stringify(COMPUTE)} + text;
    /** All that its parent sees of it. */
    async function lifeOf(worker) {
      const seen = [];
      worker.on('online', () => seen.push('online'));
      worker.on('message', (message) => seen.push('message ' + message));
      worker.on('error', (error) => seen.push('error ' + (error.code ?? error.message)));
      const [exitCode] = await new Promise((resolve) => worker.on('exit', (...exit) => resolve(exit)));
      return [...seen, 'exit ' + exitCode, worker.threadId];
    }
    const run = (text, options) => lifeOf(new Worker(code(text), { eval: true, ...options }));
    const pool = process.env.POOL ? [1, 2].map((n) => new Worker(at('pool.cjs'), { name: 'pool-' + n })) : [];
    for (const worker of pool) worker.unref();
    const cases = {
      eval: () => run('function resizeImage() { compute(300); } resizeImage();'),
      file: () => lifeOf(new Worker(at('resize.cjs'))),
      module: () => lifeOf(new Worker(at('resize.mjs'))),
      named: () => Promise.all(['left', 'right'].map((name) =>
        run('function half() { compute(300); } half();', { name }))),
      nested: () => run("const { Worker } = require('worker_threads'); const inner = new Worker(" +
        JSON.stringify(code('function innermost() { compute(300); } innermost();')) +
        ", { eval: true, name: 'inner' }); inner.on('exit', (c) => require('worker_threads').parentPort.postMessage(c));",
        { name: 'outer' }),
      exit: () => run('compute(100); process.exit(3);'),
      throws: () => run("compute(100); throw Object.assign(new Error('no'), { code: 'E_NO' });"),
      rejects: () => run("Promise.reject(Object.assign(new Error('no'), { code: 'E_NO' }));"),
      emptyFile: () => run(''),
      missing: () => lifeOf(new Worker(at('missing.cjs'))),
      async terminate() {
        const worker = new Worker(code('setInterval(() => {}, 1000);'), { eval: true });
        const life = lifeOf(worker);
        await once(worker, 'online');
        return [await worker.terminate(), await life];
      },
      async terminateAtOnce() {
        const worker = new Worker(code('for (;;);'), { eval: true });
        const life = lifeOf(worker);
        return [await worker.terminate(), await life];
      },
      async busyTerminate() {
        const worker = new Worker(code('for (;;);'), { eval: true });
        const life = lifeOf(worker);
        await once(worker, 'online');
        return [await worker.terminate(), await life];
      },
      async stdout() {
        const worker = new Worker("process.stdout.write('out'); process.stderr.write('err')", { eval: true, stdout: true, stderr: true });
        const [out, err, life] = await Promise.all([worker.stdout.toArray(), worker.stderr.toArray(), lifeOf(worker)]);
        return [String(out), String(err), life];
      },
      async transfer() {
        const { port1, port2 } = new MessageChannel();
        const worker = new Worker("const { workerData: { port, buffer } } = require('worker_threads'); port.postMessage(buffer.byteLength); port.close();",
          { eval: true, workerData: { port: port2, buffer: new ArrayBuffer(9) }, transferList: [port2] });
        const life = lifeOf(worker);
        const closed = once(port1, 'close');
        const { data } = await new Promise((resolve) => { port1.onmessage = resolve; });
        await closed;
        return [data, await life];
      },
      limits: async () => {
        const worker = new Worker('require("worker_threads").parentPort.postMessage(JSON.stringify(require("worker_threads").resourceLimits))',
          { eval: true, resourceLimits: { maxOldGenerationSizeMb: 40, stackSizeMb: 2 } });
        return lifeOf(worker);
      },
      environment: () => run("process.env.X = '1'; require('worker_threads').parentPort.postMessage([process.env.X, process.env.PROFILED_FN_BUCKET ?? 'none', process.argv.length, process.execArgv.length].join())",
        { env: { X: '0' }, argv: ['a'], execArgv: [] }),
      /** The main thread cannot answer while it waits: the worker must not need it. */
      async synchronous() {
        const shared = new Int32Array(new SharedArrayBuffer(4));
        const worker = new Worker("const { workerData } = require('worker_threads'); compute(100); process.on('exit', () => { Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0); });".replace(/^/, ${JSON.stringify(COMPUTE)}), { eval: true, workerData: shared });
        const life = lifeOf(worker);
        const woken = Atomics.wait(shared, 0, 0, 60_000);
        return [woken, await life];
      },
      /** So does a worker that waits for the end of one that it started. */
      async synchronousNested() {
        const shared = new Int32Array(new SharedArrayBuffer(4));
        const worker = new Worker("const { Worker, workerData } = require('worker_threads'); const inner = new Worker('1', { eval: true }); inner.on('exit', () => { Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0); });", { eval: true, workerData: shared });
        const life = lifeOf(worker);
        const woken = Atomics.wait(shared, 0, 0, 60_000);
        return [woken, await life];
      },
      many: () => Promise.all(Array.from({ length: 24 }, (_, i) => run('1', { name: 'many-' + i }))).then((lives) => lives.length),
      pool: () => Promise.all(pool.map(async (worker) => {
        worker.postMessage('go');
        return (await once(worker, 'message'))[0];
      })),
      exitMain: () => {
        const worker = new Worker('setInterval(() => {}, 1000);', { eval: true });
        worker.on('online', () => process.exit(7));
        return new Promise(() => {});
      },
    };
    exports.handler = (event) => cases[event]();`,
};

/** What the handler saw in each of the cases, in one process. */
async function invoke(cases: string[], profiled: boolean, environment: Record<string, string> = {}) {
  const fn = await startFunction(
    {
      files: FILES,
      memoryMb: 1769,
      environment: {
        ...(profiled ? { PROFILED_FN_PROFILES: 'wall,heap,worker', PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1' } : {}),
        ...(profiled ? { PROFILED_FN_COST_LIMIT: '1' } : {}),
        ...environment,
      },
    },
    profiled ? bucket : undefined,
  );
  const results: { event: string; payload: string; functionError?: string }[] = [];
  for (const event of cases) {
    const { payload, functionError, report } = await fn.invoke(event);
    results.push({ event, payload: payload.toString().replace(/RequestId: \S+/, 'RequestId'), functionError });
    await report;
  }
  await fn.close();
  return { results, log: fn.log };
}

const workerProfiles = () => bucket.of('worker').map(({ profile }) => profile);
const samplesOf = (profiles: Profile[]) =>
  profiles.flatMap((profile) =>
    profile.samples.map(({ locations, values, labels }) => ({
      stack: locations.map(({ lines: [line] }) => line.fn.name),
      cpu: Number(values[1]),
      thread: labels.flatMap((label) => (label.key === 'thread' && 'str' in label ? [label.str] : []))[0],
      labels,
    })),
  );

/** Milliseconds of processor time, by the thread, of what `name` calls. */
function timeBelow(name: string): Record<string, number> {
  const times: Record<string, number> = {};
  for (const { stack, cpu, thread = '' } of samplesOf(workerProfiles())) {
    if (stack.includes(name)) times[thread] = (times[thread] ?? 0) + cpu / 1e6;
  }
  return times;
}

describe('the profile worker', () => {
  it('has what workers computed that ended within the invocation (B20): eval, file, module, named, nested', async () => {
    const cases = ['eval', 'file', 'module', 'named', 'nested'];
    await invoke(cases, true);
    for (const [name, threads] of Object.entries({
      resizeImage: ['[worker eval]'],
      resizeInFile: ['resize.cjs'],
      resizeInModule: ['resize.mjs'],
      half: ['left', 'right'],
    })) {
      const times = timeBelow(name);
      expect(Object.keys(times).sort(), name).toEqual(threads);
      for (const time of Object.values(times)) expect(time, name).toBeGreaterThan(0);
    }
    const [{ sampleTypes, defaultSampleType, samples }] = workerProfiles();
    expect(sampleTypes.map(({ type }) => type)).toEqual(['samples', 'cpu', 'wall']);
    expect(defaultSampleType).toBe('cpu');
    for (const { labels } of samples) {
      expect(labels.map(({ key }) => key)).toEqual(expect.arrayContaining(['phase', 'outcome', 'thread']));
    }
    // Of the main thread there is nothing in it, nor of workers in `wall`.
    expect(samplesOf(workerProfiles()).filter(({ stack }) => stack.includes('handler'))).toEqual([]);
    const wall = samplesOf(bucket.of('wall').map(({ profile }) => profile));
    expect(wall.filter(({ stack, thread }) => thread !== undefined || stack.includes('half'))).toEqual([]);
  });

  it('has what a pool of workers did that lives on, started at initialization', async () => {
    await invoke(['pool', 'pool', 'pool', 'pool'], true, { POOL: '1' });
    expect(Object.keys(timeBelow('task')).sort()).toEqual(['pool-1', 'pool-2']);
    // Several snapshots tell of it, and no time twice.
    expect(workerProfiles().length).toBeGreaterThan(1);
  });

  it('changes nothing for workers and who starts them, bare and profiled', async () => {
    const cases = [
      ...['eval', 'exit', 'throws', 'rejects', 'emptyFile', 'missing', 'terminate', 'terminateAtOnce', 'busyTerminate'],
      ...['stdout', 'transfer', 'limits', 'environment', 'synchronous', 'synchronousNested', 'nested', 'many'],
    ];
    const [bare, profiled] = [await invoke(cases, false), await invoke(cases, true)];
    expect(profiled.results).toEqual(bare.results);
    expect(bare.results.filter(({ functionError }) => functionError !== undefined)).toEqual([]);
    expect(ownLines(profiled.log).map(({ kind }) => kind)).toEqual(['workers-not-profiled']);
  });

  it('does not hold up process.exit while workers live', async () => {
    const [bare, profiled] = [await invoke(['exitMain'], false), await invoke(['exitMain'], true)];
    expect(profiled.results).toEqual(bare.results);
    expect(JSON.stringify(bare.results)).toContain('exit status 7');
  });
});
