import { afterAll, beforeAll, expect, it } from 'vitest';
import { RecordingBucket, startFunction, type TestFunction } from './support/harness';

let bucket: RecordingBucket;
beforeAll(async () => {
  bucket = await RecordingBucket.start();
});
afterAll(() => bucket.close());

/**
 * Hands an object to everything that might keep it, and says later what is kept. The first snapshot is taken after the
 * first invocation, the next one in a minute: so what is between is kept by nobody but who keeps it for good.
 */
const uses = `
  const { Worker } = require('node:worker_threads');
  const { AsyncLocalStorage } = require('node:async_hooks');
  const { createHash } = require('node:crypto');
  const fs = require('node:fs');
  const http = require('node:http');
  const kept = new Set();
  const registry = new FinalizationRegistry((name) => kept.delete(name));
  const order = (name) => {
    kept.add(name);
    const object = { name, items: Array.from({ length: 100 }, (_, id) => ({ id })) };
    registry.register(object, name);
    return object;
  };
  class Shop {
    constructor(name) { this.order = order(name); }
    async ask(what) { const { order } = this; await what(() => order); }
  }
  const quiet = (write) => {
    const { stdout, stderr } = process;
    const writes = [stdout.write, stderr.write];
    stdout.write = stderr.write = () => true;
    try { write(); } finally { [stdout.write, stderr.write] = writes; }
  };
  const methods = Object.keys(console).filter((name) => typeof console[name] === 'function' && !/^(Console|createTask|context|profile|profileEnd|timeStamp)$/.test(name));
  async function use() {
    quiet(() => {
      for (const name of methods) {
        const object = order('console.' + name);
        console.time('a');
        if (name === 'assert') console.assert(false, object);
        else if (/^time/.test(name)) console[name]('a', object);
        else console[name](object);
        console.timeEnd('a');
      }
      for (const _ of methods) console.groupEnd();
    });
    await Promise.reject(Object.assign(new Error('rejected'), { order: order('rejection') })).catch(() => {});
    await Promise.allSettled([Promise.reject(order('no error'))]);
    try { throw Object.assign(new Error('thrown'), { order: order('error') }); } catch ({ stack }) { if (!stack) throw 0; }
    for (const clear of ['setTimeout', 'setInterval']) {
      const object = order(clear);
      clearTimeout(globalThis[clear](() => object, 3_600_000));
    }
    (() => { const object = order('unref timer'); const timer = setTimeout(() => object, 3_600_000).unref(); clearTimeout(timer); })();
    const aborted = new AbortController();
    const { setTimeout: after } = require('node:timers/promises');
    const pending = after(3_600_000, order('promised timer'), { signal: aborted.signal }).catch(() => {});
    aborted.abort(order('reason'));
    await pending;
    await new Shop('timer').ask((get) => new Promise((go) => setTimeout(() => go(get()), 1)));
    await new Shop('tick').ask((get) => new Promise((go) => process.nextTick(() => go(get()))));
    await new Shop('file').ask((get) => new Promise((go) => fs.readFile(__filename, () => go(get()))));
    await new Shop('promise of a file').ask(async (get) => { await fs.promises.stat(__filename); return get(); });
    await new Shop('pbkdf2').ask((get) => new Promise((go) => require('node:crypto').pbkdf2('a', 'b', 1, 8, 'sha1', () => go(get()))));
    await new Shop('zlib').ask((get) => new Promise((go) => require('node:zlib').gzip('a', () => go(get()))));
    await new Shop('request').ask((get) => new Promise((go) => http.get('http://127.0.0.1:9').on('error', () => go(get()))));
    await new Shop('fetch').ask((get) => fetch('http://127.0.0.1:9', { method: 'POST', body: JSON.stringify(get()) }).catch(() => {}));
    await new Shop('lookup').ask((get) => new Promise((go) => require('node:dns').lookup('localhost', () => go(get()))));
    await new AsyncLocalStorage().run(order('store'), async () => { await after(1); });
    const worker = new Worker('require("node:worker_threads").workerData', { eval: true, workerData: order('workerData') });
    await new Promise((go) => worker.on('exit', go));
    (() => { const object = order('event'); process.once('shop', () => object); process.emit('shop', object); })();
    return order('result');
  }
  exports.handler = async ({ n }) => {
    if (n === 2) return [(await use()).name, methods.length > 15];
    for (let i = 0; i < 10 && kept.size > 0; i++) { gc(); await new Promise((go) => setTimeout(go, 2)); }
    return [...kept].sort();
  };`;

async function answersOf(fn: TestFunction, profiledInto?: RecordingBucket) {
  const environment = await startFunction(fn, profiledInto);
  const answers: unknown[] = [];
  for (const n of [1, 2, 3]) {
    const result = await environment.invoke({ n });
    await result.report;
    answers.push(result.error ?? JSON.parse(result.payload.toString()));
  }
  await environment.close();
  return answers;
}

it.each([
  ['nodejs20.x', 'wall,heap,custom'],
  ['nodejs24.x', 'wall,heap,init,wait,loop,async,thread,worker,gc,custom'],
])('on %s nothing that the user’s code is done with is kept by the profiles %s', async (runtime, profiles) => {
  const fn = { files: { 'index.js': uses }, runtime };
  const environment = { PROFILED_FN_PROFILES: profiles };
  const [bare, profiled] = await Promise.all([answersOf(fn), answersOf({ ...fn, environment }, bucket)]);
  expect(bare).toEqual([[], ['result', true], []]);
  expect(profiled).toEqual(bare);
});

it('a function with little memory goes on logging large objects (R03)', async () => {
  const files = {
    'index.js': `exports.handler = async () => {
      const order = Array.from({ length: 100_000 }, (_, id) => ({ id }));
      console.dir({ order }, { depth: 0 });
      return order.length;
    };`,
  };
  const fn = { files, memoryMb: 128, environment: { PROFILED_FN_PROFILES: 'wall,heap,custom' } };
  const environment = await startFunction(fn, bucket);
  for (let i = 0; i < 60; i++) expect((await environment.invoke()).payload.toString()).toBe('100000');
  await environment.close();
});

it('the methods of console are what they were, and another session’s client gets what it would without us', async () => {
  const code = `
    const { Session } = require('node:inspector');
    const own = Object.keys(console).map((name) => {
      const { value, ...rest } = Object.getOwnPropertyDescriptor(console, name);
      return [name, rest, typeof value === 'function' && [value.name, value.length, String(value), Reflect.ownKeys(value)]];
    });
    const { dir } = console;
    let early = 0;
    console.count = () => { early++; };
    exports.handler = async () => {
      const trace = (() => { let stack; console.dir({ get [Symbol.for('nodejs.util.inspect.custom')]() { stack = new Error('inspected').stack; } }); return stack; })();
      const session = new Session();
      const seen = [];
      session.connect();
      session.on('Runtime.consoleAPICalled', ({ params: { type, args, stackTrace } }) =>
        seen.push([type, args.map(({ type, value }) => value ?? type), stackTrace.callFrames.map(({ functionName }) => functionName)]));
      session.post('Runtime.enable');
      console.dir({ a: 1 }); console.table([1]); console.group('g'); console.groupEnd(); console.log('log'); console.count();
      session.disconnect();
      return { own, seen, early, trace, methods: String(Session.prototype.connect).slice(0, 20), same: console.dir === console.dir };
    };`;
  const fn = { files: { 'index.js': code } };
  const [[bare], [profiled]] = await Promise.all([answersOf(fn), answersOf(fn, bucket)]);
  expect(JSON.stringify(bare)).toContain('"table"');
  const comparable = (answer: unknown) => JSON.stringify(answer, null, 1).replace(/profiled-fn-\w{6}/g, '<task>');
  expect(comparable(profiled)).toBe(comparable(bare));
});
