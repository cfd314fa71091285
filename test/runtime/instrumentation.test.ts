import { describe, expect, it } from 'vitest';
import {
  ownLines,
  preloaded,
  RecordingBucket,
  startFunction,
  TEST_CERTIFICATE,
  type TestFunction,
} from './support/harness';

/**
 * Instrumentation as OpenTelemetry's for Lambda: it looks for the file of the handler that `_HANDLER` names, and when
 * somebody requires it, it replaces the handler, in place, by one that reports each invocation before it returns.
 */
const hooksOnRequire = preloaded(`
  const Module = require('node:module');
  const fs = require('node:fs');
  const path = require('node:path');
  const handler = path.basename(process.env._HANDLER);
  const [name, property] = handler.split('.', 2);
  const folder = process.env._HANDLER.slice(0, -handler.length);
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, folder, name);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find(fs.existsSync) ?? base;
  const cache = new Map();
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    let found;
    try { found = Module._resolveFilename(id, this); } catch { return original.apply(this, arguments); }
    if (cache.has(found)) return cache.get(found);
    const exports = original.apply(this, arguments);
    if (found !== fs.realpathSync(file)) return exports;
    cache.set(found, exports);
    const handle = exports?.[property];
    if (typeof handle !== 'function') return exports;
    exports[property] = Object.assign(async function (event, context) {
      let outcome = 'ok';
      try {
        return await handle.apply(this, arguments);
      } catch (error) {
        outcome = error.message;
        throw error;
      } finally {
        await new Promise((resolve) => setTimeout(resolve, 5));
        console.log('SPAN', context.functionName, JSON.stringify(event), outcome);
      }
    }, { __original: handle });
    return exports;
  };
`);

/** As Sentry does since 10.75: the handler that the runtime loads becomes its own, which loads what was there. */
const redirects = preloaded(`process.env.SHIM_HANDLER = process.env._HANDLER; process.env._HANDLER = 'shim.handler';`);
const shim = `
  import { createRequire } from 'node:module';
  import { existsSync } from 'node:fs';
  import { resolve } from 'node:path';
  const [file, property] = process.env.SHIM_HANDLER.split('.');
  const path = resolve(process.env.LAMBDA_TASK_ROOT, file);
  const module = existsSync(path + '.mjs') ? await import(path + '.mjs') : createRequire(import.meta.url)(path);
  export const handler = async (event, context) => {
    try { return await module[property](event, context); } finally { console.log('SPAN', JSON.stringify(event)); }
  };`;

/** As Datadog does: it waits for the handler's module to be required, and only then looks what to replace in it. */
const late = `
  import Module, { createRequire } from 'node:module';
  import { existsSync } from 'node:fs';
  import { resolve } from 'node:path';
  const handlerFile = () => resolve(process.env.LAMBDA_TASK_ROOT, process.env.SHIM_HANDLER.split('.')[0]);
  const path = handlerFile();
  const original = Module.prototype.require;
  Module.prototype.require = function (id) {
    const exports = original.apply(this, arguments);
    if (![path, path + '.js', path + '.mjs'].includes(id)) return exports;
    const [replace] = { [handlerFile()]: [(handle) => async (event) => {
      try { return await handle(event); } finally { console.log('SPAN', JSON.stringify(event)); }
    }] }[path];
    return { handler: replace(exports.handler) };
  };
  const module = existsSync(path + '.mjs') ? await import(path + '.mjs') : createRequire(import.meta.url)(path);
  export const handler = (event, context) => module.handler(event, context);`;

const body = `
  const name = process.env._HANDLER;
  const shimmed = process.env.SHIM_HANDLER;
  const handle = async (event) => {
    if (event.fails) throw new RangeError('sold out');
    return { name, now: process.env._HANDLER, shimmed };
  };`;

const functions: Record<string, TestFunction> = {
  'a CommonJS module': { files: { 'index.js': `${body} exports.handler = handle;` } },
  'a .cjs module': { files: { 'index.cjs': `${body} exports.handler = handle;` } },
  'a CommonJS module in a folder': {
    files: { 'src/orders.js': `${body} exports.main = handle;` },
    handler: 'src/orders.main',
  },
  'a module that exports a promise': {
    files: { 'index.js': `${body} module.exports = Promise.resolve({ handler: handle });` },
  },
  'a handler in an object': {
    files: { 'index.js': `${body} exports.api = { handler: handle };` },
    handler: 'index.api.handler',
  },
  'an ES module': { files: { 'index.mjs': `${body} await 1; export const handler = handle;` } },
  'an ES module by package.json': {
    files: { 'index.js': `${body} export const handler = handle;`, 'package.json': '{"type":"module"}' },
  },
  'a module that exports nothing beside one that does': {
    files: { 'index.js': 'module.exports = null;', 'index.mjs': `${body} export const handler = handle;` },
  },
};

async function run(fn: TestFunction, ric: 3 | 4, bucket?: RecordingBucket) {
  const environment = await startFunction(fn, bucket, { ric });
  const results = [];
  for (const event of [{ n: 1 }, { fails: true }, { n: 3 }]) {
    const { payload, error, report } = await environment.invoke(event);
    await report;
    results.push(error ? [error.errorType, error.errorMessage] : payload.toString());
  }
  await environment.close();
  return { results, spans: environment.log.filter((line) => line.includes('SPAN')), ours: ownLines(environment.log) };
}

describe.concurrent.each([3, 4] as const)('with aws-lambda-ric %d', (ric) => {
  it.each(Object.entries(functions))(
    'B02: hooks on require that were preloaded see of %s what they see without us, and it its own name in _HANDLER',
    async (_what, fn) => {
      const bucket = await RecordingBucket.start();
      const instrumented = { ...fn, environment: hooksOnRequire };
      const bare = await run(instrumented, ric);
      const profiled = await run(instrumented, ric, bucket);
      await bucket.close();
      expect(profiled.ours).toEqual([]);
      expect(profiled.results).toEqual(bare.results);
      // Some of these aws-lambda-ric 4 refuses.
      expect(bucket.puts.length > 0).toBe(typeof bare.results[0] === 'string');
      expect(profiled.spans.map(withoutTime)).toEqual(bare.spans.map(withoutTime));
    },
  );

  it.each([
    ['a CommonJS module', `${body} exports.handler = handle;`, 'js'],
    ['an ES module', `${body} export const handler = handle;`, 'mjs'],
  ])('R02: a tool that redirects %s to itself wraps it as it does without us', async (_what, code, extension) => {
    const bucket = await RecordingBucket.start();
    const fn = {
      files: { [`index.${extension}`]: code, 'shim.mjs': shim },
      environment: redirects,
    };
    const bare = await run(fn, ric);
    const profiled = await run(fn, ric, bucket);
    await bucket.close();
    expect(bare.spans).toHaveLength(3);
    expect(profiled.ours).toEqual([]);
    expect(bucket.puts.length).toBeGreaterThan(0);
    expect(profiled.results).toEqual(bare.results);
    expect(profiled.spans.map(withoutTime)).toEqual(bare.spans.map(withoutTime));
  });
});

it.concurrent.each([3, 4] as const)(
  'R02: a tool around ours that looks late what to replace does so, as without us, with aws-lambda-ric %d',
  async (ric) => {
    const bucket = await RecordingBucket.start();
    const fn = {
      files: { 'index.js': `${body} exports.handler = handle;`, 'shim.mjs': late },
      environment: redirects,
    };
    const bare = await run(fn, ric);
    const profiled = await run(fn, ric, bucket);
    await bucket.close();
    expect(bare.spans).toHaveLength(3);
    expect(profiled.ours).toEqual([]);
    expect(bucket.puts.length).toBeGreaterThan(0);
    expect(profiled.results).toEqual(bare.results);
    expect(profiled.spans.map(withoutTime)).toEqual(bare.spans.map(withoutTime));
  },
);

it.concurrent('B02: hooks on require do see a CommonJS module, with aws-lambda-ric 3', async () => {
  const { spans } = await run({ ...functions['a CommonJS module'], environment: hooksOnRequire }, 3);
  expect(spans).toHaveLength(3);
});

/** Time and request id, with which Lambda’s runtime begins a line. */
function withoutTime(line: string): string {
  return line.slice(line.indexOf('SPAN'));
}

/** All that tracers put around what connects, and the channels that they subscribe to. */
const watched = preloaded(`
  const seen = [];
  const note = (what) => seen.push(what + ' ' + new Error().stack.split('\\n').slice(2, 4).join());
  const { subscribe } = require('node:diagnostics_channel');
  for (const channel of ['net.client.socket', 'http.client.request.created', 'http.client.request.start',
    'http.client.request.error', 'http.client.response.finish', 'undici:request:create', 'undici:client:connected',
    'tracing:net.server.listen:asyncStart', 'tls.client.socket'])
    subscribe(channel, () => note(channel));
  const wrap = (owner, name, what) => {
    const original = owner[name];
    owner[name] = function (...args) {
      note(what);
      return new.target ? Reflect.construct(original, args, new.target) : original.apply(this, args);
    };
    Object.assign(owner[name], original);
  };
  const net = require('node:net');
  const dns = require('node:dns');
  wrap(net.Socket.prototype, 'connect', 'Socket.prototype.connect');
  for (const name of ['connect', 'createConnection']) wrap(net, name, 'net.' + name);
  for (const name of ['lookup', 'lookupService', 'resolve', 'resolve4', 'resolve6', 'resolveAny']) {
    wrap(dns, name, 'dns.' + name);
    wrap(dns.promises, name, 'dns.promises.' + name);
  }
  for (const module of ['http', 'https']) for (const name of ['request', 'get']) {
    const owner = require('node:' + module);
    wrap(owner, name, module + '.' + name);
  }
  wrap(require('node:http').Agent.prototype, 'addRequest', 'Agent.prototype.addRequest');
  globalThis.seen = seen;
`);

it.concurrent.each([
  ['over HTTP', false],
  ['over TLS', true],
])('R02: what watches all connections, preloaded, sees none of ours %s', async (_what, tls) => {
  const bucket = await RecordingBucket.start(tls);
  const url = `${tls ? 'https' : 'http'}://localhost:${bucket.port}`;
  const fn = await startFunction(
    {
      files: { 'index.js': 'exports.handler = async () => globalThis.seen;' },
      environment: {
        ...watched,
        NODE_EXTRA_CA_CERTS: TEST_CERTIFICATE,
        PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1',
        PROFILED_FN_COST_LIMIT: '1',
      },
    },
    bucket,
    { endpointUrl: url },
  );
  let seen: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { payload, report } = await fn.invoke();
    await report;
    seen = JSON.parse(payload.toString());
  }
  await fn.close();
  await bucket.close();
  expect(ownLines(fn.log)).toEqual([]);
  expect(bucket.puts.length).toBeGreaterThan(1);
  expect(seen).toEqual([]);
});
