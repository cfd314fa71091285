import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../local/lambda/invocation';
import { type Fault, ownLines, RecordingBucket, startFunction, type TestFunction } from './support/harness';

let bucket: RecordingBucket;
beforeAll(async () => {
  bucket = await RecordingBucket.start();
});
afterAll(() => bucket.close());

/** What the caller of one invocation saw, to the letter. */
async function seen(result: InvocationResult) {
  const { timedOut } = await result.report;
  const { payload, error, functionError, trailers } = result;
  return withoutChance({ payload: payload.toString(), error, functionError, trailers: readable(trailers), timedOut });
}

/** With the error in it as text. */
function readable(trailers: InvocationResult['trailers']) {
  const body = trailers?.['lambda-runtime-function-error-body'];
  if (!body) return trailers;
  return { ...trailers, 'lambda-runtime-function-error-body': Buffer.from(body, 'base64').toString() };
}

/** With what is by chance another each time replaced: request ids, temporary folders, times and process ids. */
function withoutChance<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value)
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
      .replace(/\/[^\s:'"]*profiled-fn-[A-Za-z0-9]{6}/g, '<task>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/\(node:\d+\)/g, '(node:<pid>)')
      // Of Node.js, where something else runs in the same turn of the event loop: as lines of JSON, and of text.
      .replace(/,(\\*") {4}at (?:runNextTicks|process\.processImmediate) \([^)]*\)\1/g, '')
      .replace(/\\+[nr] {4}at (?:runNextTicks|process\.processImmediate) \([^)]*\)/g, ''),
  );
}

const EVERY_PROFILE = 'wall,heap,init,wait,loop,async,thread,worker,gc,custom';

interface Run {
  /** Of AWS's runtime client. */
  ric: 3 | 4;
  events: readonly unknown[];
  /** Bare without. */
  profiledInto?: RecordingBucket;
  /** @default - those that a function has where nothing is said */
  profiles?: string;
}

/** What callers and log saw of some invocations, one after the other. */
async function run(fn: TestFunction, { ric, events, profiledInto, profiles = '' }: Run) {
  const output: string[] = [];
  const runtime = fn.runtime ?? (ric === 3 ? 'nodejs20.x' : 'nodejs24.x');
  const variables = { ...(profiles && { PROFILED_FN_PROFILES: profiles }), ...fn.environment };
  const environment = await startFunction({ ...fn, runtime, environment: variables }, profiledInto, {
    ric,
    onOutput: (line) => output.push(line),
  });
  const results = [];
  for (const event of events) results.push(await seen(await environment.invoke(event)));
  await environment.close();
  const [ours, others] = [true, false].map((is) => output.filter((line) => is === line.includes('profiled-fn"')));
  // stdout and stderr are two pipes: which line came first cannot be known.
  return { results, log: withoutChance(others).sort(), ours };
}

type Seen = Pick<Awaited<ReturnType<typeof run>>, 'results' | 'log'>;

/** What has to be compared of what was seen. */
type Comparable = (seen: Seen) => unknown;
const everything: Comparable = (seen) => seen;

/**
 * Without the frames of who has loaded the user's modules: the runtime client, and in its place us. See "What differs" in
 * docs/sampler.md.
 */
const withoutLoaders: Comparable = (seen) =>
  JSON.parse(JSON.stringify(seen), (key, value) => {
    // The error again, as one text.
    if (key === 'payload') return undefined;
    if (Array.isArray(value)) return value.filter((line) => line !== undefined);
    if (typeof value !== 'string') return value;
    const text = value.replace(/\\?"? {4}at (?:(?!<task>\/index)[^"\r\n])*[",]*(?:\r|\n|$)?/g, '');
    return text === '' && value !== '' ? undefined : text;
  });

/** aws-lambda-ric 4 logs a stream that breaks off twice, the second time in a race with its next request for an event. */
const withoutRepeatedLines: Comparable = ({ results, log }) => ({ results, log: [...new Set(log)] });

/** The same function bare, with the default profiles and with all of them. */
async function expectParity(
  fn: TestFunction,
  ric: 3 | 4,
  { events = [{ n: 1 }, { n: 2 }], comparable = everything }: { events?: unknown[]; comparable?: Comparable } = {},
) {
  const [bare, ...profiled] = await Promise.all([
    run(fn, { ric, events }),
    run(fn, { ric, events, profiledInto: bucket, profiles: 'wall,heap,custom' }),
    run(fn, { ric, events, profiledInto: bucket, profiles: EVERY_PROFILE }),
  ]);
  for (const { ours } of profiled) expect(ownLines(ours)).toEqual([]);
  for (const { results, log } of profiled)
    expect(comparable({ results, log })).toEqual(comparable({ results: bare.results, log: bare.log }));
  return bare;
}

const js = (text: string, rest: Partial<TestFunction> = {}): TestFunction => ({ files: { 'index.js': text }, ...rest });

const handlers: Record<string, TestFunction> = {
  'an async handler': js('exports.handler = async ({ n }) => ({ n, text: "ü" });'),
  'one that returns nothing': js('exports.handler = async () => {};'),
  'one that rejects': js(
    'class ShopError extends Error { name = "ShopError"; code = 7 } exports.handler = async () => { throw new ShopError("sold out"); };',
  ),
  'one that throws at once': js('exports.handler = () => { throw new TypeError("no"); };'),
  'one that throws what is no error': js('exports.handler = async () => { throw "a string"; };'),
  'one whose result is no JSON': js('exports.handler = async () => ({ big: 1n });'),
  'one that returns a large result': js('exports.handler = async () => "x".repeat(3e6);'),
  'one that returns a thenable which works each time it is asked': js(
    'let asked = 0; exports.handler = () => ({ then(resolve) { asked++; setTimeout(() => resolve(asked), 5); } });',
  ),
  'one that returns a frozen thenable': js(
    'exports.handler = () => Object.freeze({ then: (...args) => Promise.resolve(5).then(...args) });',
  ),
  'one that returns a thenable which throws': js('exports.handler = () => ({ then() { throw "no answer"; } });'),
  'one that logs': js('exports.handler = async () => { console.log("hello", { a: 1 }); console.error("oh"); };'),
  'one that looks at itself': js(
    'exports.handler = async function main(event, context) { return [main.name, main.length, this === exports, Object.keys(context).length > 5]; };',
  ),
  'one that looks at what Node.js offers': js(
    `const { promisify } = require('node:util');
     const timers = require('node:timers');
     const promises = require('node:timers/promises');
     const { Socket } = require('node:net');
     const seen = (fn) => [fn.name, fn.length, Reflect.ownKeys(fn).map(String).sort(), typeof fn];
     exports.handler = async () => {
       const refused = [];
       for (const call of [() => setTimeout('text'), () => process.nextTick(), () => new Socket().connect({})]) {
         try { call(); } catch (error) { refused.push(error.code, error.stack); }
       }
       return {
         functions: [setTimeout, setInterval, promises.setTimeout, process.nextTick, Socket.prototype.connect].map(seen),
         same: [setTimeout === timers.setTimeout, setInterval === timers.setInterval, promisify(setTimeout) === promises.setTimeout],
         text: [String(setTimeout), setInterval.toString()],
         own: Reflect.ownKeys(Socket.prototype).map(String).sort(),
         result: [await promises.setTimeout(5, 'value'), typeof setTimeout(() => {}, 1).refresh],
         order: await new Promise((resolve) => {
           const order = [];
           setTimeout((...args) => { order.push(args); resolve(order); }, 2, 1, 2);
           process.nextTick((arg) => order.push(arg), 'tick');
           queueMicrotask(() => order.push('microtask'));
         }),
         refused,
       };
     };`,
  ),
  'one that looks at its process': js(
    `const inspector = require('node:inspector');
     const early = Object.keys(process.env).sort();
     const shape = (object) => Reflect.ownKeys(object).map((key) => {
       const { value, get, set, ...rest } = Object.getOwnPropertyDescriptor(object, key);
       return [String(key), rest, typeof value, typeof get, typeof set, typeof value === 'function' && [value.name, value.length, String(value)]];
     });
     for (let i = 0; i < 10; i++) process.on('SIGTERM', () => process.kill(process.pid, 'SIGKILL')).on('exit', () => {}).on('beforeExit', () => {});
     exports.handler = async function main() {
       return {
         early, env: Object.keys(process.env).sort(),
         listeners: process.eventNames().map((name) => [String(name), process.rawListeners(name).map(({ name }) => name)]),
         process: shape(process).map(([name]) => name), exiting: shape(process).find(([name]) => name === '_exiting'),
         console: shape(console), error: shape(Error), 
         // By one of them profiled-fn/runtime finds us.
         globals: Reflect.ownKeys(globalThis).map(String).filter((name) => name !== 'Symbol(profiled-fn.runtime)').sort(),
         session: inspector.url(), stack: new Error('here').stack,
       };
     };`,
  ),
  'one that replaces what everything is made with': js(
    `for (const name of ['Reflect', 'Proxy', 'Map', 'Set', 'WeakRef', 'Symbol', 'Math', 'Uint8Array']) globalThis[name] = undefined;
     exports.handler = async ({ n }) => { await new Promise((go) => setTimeout(go, 1)); return n; };`,
  ),
  'one whose stacks are in a format of its own, by an accessor, as stack-chain makes it (R07)': js(
    `let own; const preset = (error, calls) => error + calls.map((call) => '\\n    at ' + call).join('');
     Object.defineProperty(Error, 'prepareStackTrace', { configurable: true, get: () => own ?? preset, set: (f) => { own = f; } });
     const later = () => new Promise((go) => setTimeout(go, 1));
     exports.handler = async function main() { await later(); throw new RangeError('sold out'); };`,
    { environment: { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1' } },
  ),
  'one that ends in a deep stack': js(
    `const deep = (n) => { if (n === 0) throw new Error('deep'); deep(n - 1); };
     exports.handler = async function main() { deep(6); };`,
  ),
  'one that leaves a rejection unhandled': js(
    'exports.handler = async () => { Promise.reject(new Error("stray")); await new Promise((r) => setTimeout(r, 50)); return 1; };',
  ),
  'one that exits': js('exports.handler = async () => process.exit(3);'),
  'one that times out': js('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));', {
    timeoutSeconds: 1,
  }),
  'one that blocks for ever': js('exports.handler = async () => { for (;;); };', { timeoutSeconds: 1 }),
  'one that is killed': js('exports.handler = async () => { process.kill(process.pid, "SIGKILL"); };'),
  'one in a process with another Promise, as Bluebird and zone.js make it': js(
    `const Native = Promise;
     globalThis.Promise = class Promise {
       #native;
       constructor(executor) { this.#native = new Native(executor); }
       then(...callbacks) { return new Promise((resolve) => resolve(this.#native.then(...callbacks))); }
       static resolve(value) { return new Promise((resolve) => resolve(value)); }
     };
     exports.handler = async ({ n }) => { if (n === 2) throw new Error('second'); return n; };`,
  ),
  'one that has frozen time, as tests do': js(
    `for (const name of ['setTimeout', 'setInterval', 'queueMicrotask']) globalThis[name] = () => {};
     Date.now = () => 0;
     process.hrtime = Object.assign(() => [0, 0], { bigint: () => 0 });
     exports.handler = async ({ n }) => n;`,
  ),
  'one with properties of its own, as middy makes': js(
    `const use = Object.assign((event, context) => Promise.resolve(Object.keys(use)), { before: () => use, after: [1] });
     exports.handler = use;`,
  ),
  'one that is bound, as decorated methods are': js(
    'class Shop { #name = "shop"; async handler() { return this.#name; } } exports.handler = Shop.prototype.handler.bind(new Shop());',
  ),
  'one that is a function with a then of its own (R05)': js(
    'exports.handler = Object.assign((event, context, callback) => callback(null, event.n), { then: (go) => go("stolen") });',
  ),
  'a module that exits': js('process.exit(4);'),
  'an ES module': { files: { 'index.mjs': 'const n = await 1; export const handler = async (event) => event.n + n;' } },
  'an ES module by package.json': {
    files: {
      'package.json': '{"type":"module"}',
      'index.js': 'export const handler = async () => import.meta.url.length > 0;',
    },
  },
  'a .cjs module': { files: { 'index.cjs': 'exports.handler = async () => __filename.endsWith("index.cjs");' } },
  'an ES module that never resolves': {
    files: { 'index.mjs': 'await new Promise(() => {}); export const handler = 1;' },
  },
  'a stream': js(
    `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
       stream.setContentType('text/plain');
       stream.write('one '); await new Promise((r) => setTimeout(r, 20)); stream.write('two'); stream.end();
     });`,
  ),
  'a stream with a prelude': js(
    `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
       stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
       stream.write('body'); stream.end();
     });`,
  ),
  'a stream that fails in the middle': js(
    `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
       stream.write('half'); throw new Error('broken off');
     });`,
  ),
};

/** On some of the runtime clients each of these is an error. */
const whileLoading: Record<string, TestFunction> = {
  'a module that throws': js('throw new RangeError("at init");'),
  'a module with a syntax error': js('exports.handler = async () => {'),
  'a module that misses another': js('require("not-there"); exports.handler = async () => 1;'),
  'a module without the handler': js('exports.other = async () => 1;'),
  'a handler that is no function': js('exports.handler = "text";'),
  'a handler in the default export': { files: { 'index.mjs': 'export default { handler: async () => 1 };' } },
  'a handler in the default export of CommonJS': js(
    'Object.assign(exports, { __esModule: true, default: { handler: async () => 1 } });',
  ),
  'a static method of a class': js('exports.Shop = class Shop { static async order() { return 1; } };', {
    handler: 'index.Shop.order',
  }),
  'a property of a function': js('module.exports = Object.assign(() => {}, { handler: async () => 1 });'),
  'a module that is false': js('module.exports = false;'),
  'a missing module': { files: { 'other.js': '' } },
  // `import` takes them for parts of a URL.
  'a file with a percent sign': {
    files: { 'a%20b.mjs': 'export const handler = async () => 1;' },
    handler: 'a%20b.handler',
  },
  'a file with a question mark': { files: { 'a?b.js': 'exports.handler = async () => 1;' }, handler: 'a?b.handler' },
  'a file with a hash': { files: { 'a#b.js': 'exports.handler = async () => 1;' }, handler: 'a#b.handler' },
  'a handler that is a Proxy, which throws on what it does not know (R05)': js(
    `const get = (t, key) => { if (key in t || typeof key === 'symbol') return t[key]; throw new Error('unknown property ' + key); };
     exports.handler = new Proxy(async (event) => event.n, { get });`,
  ),
};

const callbackHandlers: Record<string, TestFunction> = {
  'a callback': js(
    'exports.handler = (event, context, callback) => { setTimeout(() => callback(null, event.n), 5); };',
  ),
  'a callback at once': js('exports.handler = (event, context, callback) => callback(null, "now");'),
  'a callback with an error': js('exports.handler = (event, context, callback) => callback(new Error("refused"));'),
  'a callback that waits for the event loop': js(
    `exports.handler = (event, context, callback) => {
       const order = []; setTimeout(() => { order.push('timer'); }, 60); callback(null, order);
     };`,
  ),
  'a callback that does not wait': js(
    `exports.handler = (event, context, callback) => {
       context.callbackWaitsForEmptyEventLoop = false;
       const order = []; setTimeout(() => { order.push('timer'); }, 60).unref(); callback(null, order);
     };`,
  ),
  'context.succeed': js('exports.handler = (event, context) => { context.succeed("good"); };'),
  'context.fail': js('exports.handler = (event, context) => { context.fail(new Error("bad")); };'),
  'context.done': js('exports.handler = (event, context) => { context.done(null, "done"); };'),
  'a callback of an async handler whose promise never settles': js(
    'exports.handler = async (event, context, callback) => { callback(null, event.n); await new Promise(() => {}); };',
  ),
  'a promise that never settles': js('exports.handler = () => new Promise(() => {});'),
  'a thenable that never settles': js('exports.handler = () => ({ then: () => new Promise(() => {}) });'),
  'no callback at all': js('exports.handler = (event, context, callback) => { setTimeout(() => {}, 5); };'),
};

/** What a handler may return or throw, each by its name: one function answers with all of them. */
const HOSTILE = `
  Error.stackTraceLimit = 50; // Frames of Node.js's event loop, which come and go, push none out.
  const fail = (what) => { throw new Error('unknown property ' + String(what)); };
  const proxy = (traps, target = {}) => new Proxy(target, traps);
  const revoked = (target = {}) => { const { proxy, revoke } = Proxy.revocable(target, {}); revoke(); return proxy; };
  const thenable = (then) => ({ then });
  let reads = 0;
  const values = {
    'R05: a Proxy that throws on what it does not know': () => proxy({ get: (t, k) => (k in t ? t[k] : fail(k)) }, { a: 1 }),
    'a revoked Proxy': () => revoked(), 'a revoked function': () => revoked(() => {}), 'a revoked array': () => revoked([]),
    'every trap throws': () => proxy(proxy({ get: (_, trap) => () => fail(trap) })),
    'a function that is a Proxy': () => proxy({ apply: fail, get: fail }, () => {}),
    'a getter then that throws': () => ({ get then() { throw new Error('then'); } }),
    'a getter then that counts': () => ({ get then() { reads++; } }),
    'how often then was read': () => reads,
    'a getter catch that throws': () => ({ get catch() { throw new Error('catch'); } }),
    'then that is no function': () => ({ then: 1 }),
    'then that throws': () => thenable(() => { throw new RangeError('in then'); }),
    'then that answers twice': () => thenable((go) => { go(1); go(2); }),
    'then that answers and throws': () => thenable((go) => { go(1); throw new Error('late'); }),
    'then that answers and refuses': () => thenable((go, no) => { go(1); no(new Error('late')); }),
    'then that refuses with nothing': () => thenable((go, no) => no()),
    'then that answers with a thenable': () => thenable((go) => go(thenable((again) => again('inner')))),
    'then later': () => thenable((go) => setTimeout(go, 1, 'later')),
    'a promise of a revoked Proxy': () => thenable((go) => go(revoked())),
    'a subclass with its own then': () => new (class extends Promise { then(...args) { reads++; return super.then(...args); } })((go) => go('sub')),
    'a promise with its own then': () => Object.assign(Promise.resolve('hidden'), { then: (go) => go('own') }),
    'no prototype': () => Object.assign(Object.create(null), { a: 1 }),
    'toJSON that throws': () => ({ toJSON() { throw new Error('no JSON'); } }),
    'toJSON of its own': () => ({ toJSON: () => 'mine' }),
    'R06: a big integer': () => ({ a: 1n }), 'a circle': () => { const a = {}; a.a = a; return a; },
    'a symbol': () => Symbol('s'), 'a function': () => () => {}, 'a class': () => class Shop {}, nothing: () => {}, null: () => null,
    'not a number': () => NaN, 'a date that is none': () => new Date(NaN), 'a generator': () => (function* () { yield 1; })(),
    'an async generator': () => (async function* () { yield 1; })(), 'a buffer': () => Buffer.from('a'), 'a map': () => new Map([[1, 2]]),
  };
  const errors = {
    'a revoked Proxy': () => revoked(), 'a Proxy that throws': () => proxy({ get: fail, getPrototypeOf: fail }),
    'an error that is a Proxy': () => proxy({}, new Error('inside')), 'every trap throws': () => proxy(proxy({ get: (_, trap) => () => fail(trap) })),
    nothing: () => undefined, null: () => null, 'a number': () => 7, 'a symbol': () => Symbol('s'), 'a big integer': () => 1n, 'a function': () => fail,
    'a stack that throws': () => Object.defineProperty(new Error('a'), 'stack', { get: fail }),
    'a message that throws': () => Object.defineProperty(new Error('a'), 'message', { get: () => fail('message') }),
    'a name that throws': () => Object.defineProperty(new Error('a'), 'name', { get: () => fail('name') }),
    'no stack': () => Object.assign(new Error('a'), { stack: undefined }), 'a stack that is a number': () => Object.assign(new Error('a'), { stack: 5 }),
    'a name that is an object': () => Object.assign(new Error('a'), { name: {} }), 'no prototype': () => Object.create(null),
    'a cause': () => new Error('a', { cause: new TypeError('b') }), 'many': () => new AggregateError([new Error('a'), 'b'], 'all'),
    'frozen': () => Object.freeze(new RangeError('cold')), 'a circle': () => { const e = new Error('a'); e.e = e; return e; },
    'a promise': () => Promise.resolve(1), 'a thenable': () => thenable(() => fail('then')),
  };
  const names = [
    ...Object.keys(values).flatMap((name) => ['returns ' + name, 'resolves to ' + name]),
    ...Object.keys(errors).flatMap((name) => ['throws ' + name, 'rejects with ' + name]),
  ];
  exports.names = names;
  exports.handler = function handler({ shape }) {
    const [, how, , name] = /^(returns|resolves|throws|rejects)( to| with)? (.*)$/.exec(shape);
    if (how === 'returns') return values[name]();
    if (how === 'resolves') return new Promise((go) => setTimeout(() => go(values[name]()), 1));
    const error = errors[name]();
    if (how === 'throws') throw error;
    return Promise.reject(error);
  };`;

/** The names of the shapes, from the function's own module. */
function hostileShapes(): string[] {
  const module = { exports: { names: [] as string[] } };
  const { stackTraceLimit } = Error;
  new Function('exports', 'module', HOSTILE)(module.exports, module);
  Error.stackTraceLimit = stackTraceLimit;
  return module.exports.names;
}

describe.each([3, 4] as const)('aws-lambda-ric %d sees the same with us as without us, from', (ric) => {
  const all = ric === 3 ? { ...handlers, ...callbackHandlers } : handlers;
  it.concurrent.each(Object.entries(all))('%s', async (what, fn) => {
    const comparable = what === 'a stream that fails in the middle' ? withoutRepeatedLines : everything;
    await expectParity(fn, ric, { comparable });
  });

  it.concurrent('one that returns or throws what is hostile, in every way (R05)', async () => {
    // A promise that never calls back is none of these: they all end in milliseconds, or in an error of the process.
    const events = hostileShapes().map((shape) => ({ shape }));
    expect(events.length).toBeGreaterThan(100);
    const fn = js(HOSTILE, { timeoutSeconds: 20 });
    const { results } = await expectParity(fn, ric, { events });
    expect(results.filter(({ timedOut }) => timedOut)).toEqual([]);
  });

  it.concurrent.each(Object.entries(whileLoading))('%s', async (_what, fn) => {
    await expectParity(fn, ric, { comparable: withoutLoaders });
  });
});

it('aws-lambda-ric 4 refuses a callback handler with us as without us', async () => {
  await expectParity(callbackHandlers['a callback'], 4);
});

const faults: Record<string, Fault> = {
  'answers 403': (_request, response) => {
    response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    return true;
  },
  'answers 500': (_request, response) => {
    response.writeHead(500).end();
    return true;
  },
  'does not answer': () => true,
  'resets the connection': (request) => {
    request.socket.destroy();
    return true;
  },
};

describe.concurrent.each(Object.entries(faults))('when the bucket %s', (_what, fault) => {
  it.each([
    ['a handler that succeeds', handlers['an async handler']],
    ['a handler that fails', handlers['one that rejects']],
  ])('Lambda sees the same from %s, and one log line tells of it', async (_handler, fn) => {
    const bucket = await RecordingBucket.start();
    bucket.fault = fault;
    const often = { ...fn, environment: { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1' } };
    const [bare, { ours, ...profiled }] = await Promise.all([
      run(fn, { ric: 4, events: [1, 2, 3] }),
      run(often, { ric: 4, events: [1, 2, 3], profiledInto: bucket, profiles: EVERY_PROFILE }),
    ]);
    await bucket.close();

    expect({ ...profiled, ours: [] }).toEqual(bare);
    expect(bucket.requests).toBeGreaterThan(0);
    expect(ours).toHaveLength(1);
    expect(ours[0]).toContain('snapshot-not-stored');
  });
});
