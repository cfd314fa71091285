import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAsyncFunction, parametersColumn } from '../../../runtime/stacks/function-start';
import { captureOrigin, type Origin } from '../../../runtime/stacks/origin';
import { StackFrames } from '../../../runtime/stacks/stack-frames';
import { temporaryDirectory } from '../harness';

describe('where a function begins', () => {
  it.each([
    ['function a(b) {}', 1, 11],
    ['async function  load (b) {}', 1, 22],
    ['x = async function () {}', 11, 20],
    ['class C { async get(key) {} }', 11, 20],
    ['class C { static async *#all() {} }', 11, 29],
    ['const f = async (x) => x', 11, 11],
    ['const f = (x) => x', 11, 11],
    ['const f = async x => x', 11, 11],
    ['o = { "a b"() {} }', 7, 12],
    ['', 1, 1],
  ])('in %j', (line, column, expected) => {
    expect(parametersColumn(line, column)).toBe(expected);
  });

  it('is in an async function or not', () => {
    expect(isAsyncFunction('async function load() {}', 1)).toBe(true);
    expect(isAsyncFunction('x = async function () {}', 11)).toBe(true);
    expect(isAsyncFunction('function asynchronous() {}', 1)).toBe(false);
    expect(isAsyncFunction('asyncMap() {}', 1)).toBe(false);
  });
});

describe('the frames of a stack', () => {
  it('are the functions as V8’s profiler knows them', () => {
    const file = join(temporaryDirectory(), 'shop.cjs');
    writeFileSync(
      file,
      `
      function spin() { const end = performance.now() + 30; while (performance.now() < end) JSON.stringify([1, 2]); }
      const arrow = async () => { spin(); return leaf(); };
      class Shop { async order(item) { return await arrow(); } static *all(shop) { yield shop.order(1); } }
      let capture;
      function leaf() { spin(); return capture(); }
      module.exports = function run(taken) { capture = taken; return [...Shop.all(new Shop())][0]; };`,
    );
    const session = new Session();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: 1000 });
    session.post('Profiler.start');
    let origin: Origin | undefined;
    const run = createRequire(import.meta.url)(file) as (capture: () => void) => void;
    run(() => {
      origin = captureOrigin(undefined);
    });
    const sampled: string[] = [];
    session.post('Profiler.stop', (_error, { profile }) => {
      for (const { callFrame: f } of profile.nodes) {
        sampled.push(`${f.functionName} ${f.url} ${f.lineNumber}:${f.columnNumber}`);
      }
    });
    session.disconnect();

    if (!origin) throw new Error('Nothing was captured.');
    new StackFrames('').fill([origin]);
    const own = (origin.frames ?? [])
      .filter(({ frame }) => frame.url === pathToFileURL(file).href)
      .map(({ frame }) => frame);
    expect(own.map(({ functionName }) => functionName)).toEqual(['leaf', 'arrow', 'order', 'all', 'run']);
    for (const f of own) {
      expect(sampled).toContain(`${f.functionName} ${f.url} ${f.lineNumber}:${f.columnNumber}`);
    }
  });

  it('are captured whatever the code has made of Error', () => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    try {
      Error.stackTraceLimit = 0;
      Error.prepareStackTrace = () => 'mine';
      const origin = captureOrigin(undefined);
      expect(Error.stackTraceLimit).toBe(0);
      new StackFrames('').fill([origin]);
      expect(origin.frames?.length).toBeGreaterThan(0);
      expect(Error.prepareStackTrace(new Error('x'), [])).toBe('mine');
      Reflect.deleteProperty(Error, 'stackTraceLimit');
      const none = captureOrigin(undefined);
      expect(Object.hasOwn(Error, 'stackTraceLimit')).toBe(false);
      new StackFrames('').fill([none]);
      expect(none.frames).toEqual([]);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      Error.prepareStackTrace = prepareStackTrace;
    }
  });

  it('go on with what led to them, where they do not reach an async function that waits', () => {
    const cause = captureOrigin(undefined);
    const origin = captureOrigin(cause);
    let last = origin;
    for (let i = 0; i < 20; i++) last = captureOrigin(last);
    expect(last.depth).toBeLessThanOrEqual(5);
    // The chain ends in what came first.
    let root: Origin = last;
    while (root.cause) root = root.cause;
    expect(root).toBe(cause);
  });
});
