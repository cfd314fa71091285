import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { isAsyncFunction, parametersColumn } from '../../../runtime/stacks/function-start';
import { captureOrigin, type Origin } from '../../../runtime/stacks/origin';
import { StackFrames } from '../../../runtime/stacks/stack-frames';
import { temporaryDirectory } from '../support/harness';

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

let bundle: string | undefined;
/** `origin.ts` as a file that another process can load. */
function originModule(): string {
  if (!bundle) {
    bundle = join(temporaryDirectory(), 'origin.cjs');
    const entryPoints = [join(import.meta.dirname, '../../../runtime/stacks/origin.ts')];
    const define = { 'import.meta.url': '__filename' };
    buildSync({ entryPoints, bundle: true, format: 'cjs', platform: 'node', define, outfile: bundle });
  }
  return bundle;
}

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
    new StackFrames('', '/var/runtime').fill([origin]);
    const own = (origin.frames ?? [])
      .filter(({ frame }) => frame.url === pathToFileURL(file).href)
      .map(({ frame }) => frame);
    expect(own.map(({ functionName }) => functionName)).toEqual(['leaf', 'arrow', 'order', 'all', 'run']);
    for (const f of own) {
      expect(sampled).toContain(`${f.functionName} ${f.url} ${f.lineNumber}:${f.columnNumber}`);
    }
  });

  it.each([
    ['a function', 'Error.prepareStackTrace = () => "mine"; Error.stackTraceLimit = 1;'],
    [
      'an accessor with a state of its own, as stack-chain makes it (R07)',
      `let own; const preset = (error, calls) => 'preset ' + calls.length;
       Object.defineProperty(Error, 'prepareStackTrace', { get: () => own ?? preset, set: (fn) => { own = fn; } });`,
    ],
    [
      'an accessor that throws',
      `const fail = () => { throw new RangeError(); };
       Object.defineProperty(Error, 'prepareStackTrace', { get: () => global.mayAsk ? undefined : fail(), set: fail });`,
    ],
    ['no limit', 'delete Error.stackTraceLimit;'],
    ['no stacks', 'Error.stackTraceLimit = 0;'],
    ['been frozen', 'Object.freeze(Error);'],
  ])('are captured where Error has %s, and it stays what it is', (_what, change) => {
    // In a process of its own: what is changed there cannot be changed back.
    const script = `
      ${change}
      const state = () => {
        global.mayAsk = true;
        const { stack } = (function failing() { return new Error('x'); })();
        global.mayAsk = false;
        return JSON.stringify([Object.entries(Object.getOwnPropertyDescriptors(Error)).map(String), String(stack).split('\\n').slice(0, 2)]);
      };
      const before = [state(), state()];
      const { captureOrigin } = require(process.argv[1]);
      const { captured } = (function started() { return captureOrigin(undefined); })();
      console.log(captured.some(({ functionName }) => functionName === 'started'), before[1] === state());`;
    expect(execFileSync(process.execPath, ['-e', script, originModule()], { encoding: 'utf8' })).toBe('true true\n');
  });

  it('keep nothing alive of what was on the stack', () => {
    const script = `
      const { captureOrigin } = require(process.argv[1]);
      const kept = [];
      let freed = 0;
      const registry = new FinalizationRegistry(() => freed++);
      class Order { constructor() { registry.register(this, 0); } pay() { const self = this; return (() => [self, kept.push(captureOrigin(undefined))])(); } }
      (function start() { for (let i = 0; i < 20; i++) new Order().pay(); })();
      (async () => {
        for (let i = 0; i < 10 && freed < 20; i++) { gc(); await new Promise(setImmediate); }
        console.log(kept.length, freed >= 19);
      })();`;
    const output = execFileSync(process.execPath, ['--expose-gc', '-e', script, originModule()], { encoding: 'utf8' });
    expect(output.trim()).toBe('20 true');
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
