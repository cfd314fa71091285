import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '../../../profile/model/profile';
import { count, profile } from '../../../runtime/public';
import { RecordingBucket, startFunction } from '../support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

/** `profiled-fn/runtime`, as it is bundled for users. */
async function userModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../../runtime/public.ts')],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  });
  return outputFiles[0].text;
}

/** The custom profiles of the function's life, the log lines of the sampler's, and what the last invocation returned. */
async function run(index: string, events: unknown[], environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const fn = await startFunction(
    {
      files: {
        'runtime.js': await userModule(),
        'index.js': `const { count, profile } = require('./runtime.js');${index}`,
      },
      environment: { PROFILED_FN_PROFILES: 'custom', PROFILED_FN_SNAPSHOT_INTERVAL_MS: '600000', ...environment },
    },
    bucket,
    { onOutput: (line) => lines.push(line) },
  );
  let last = '';
  for (const event of events) {
    const { payload, report } = await fn.invoke(event);
    await report;
    last = payload.toString();
  }
  await fn.close();
  const log = lines.filter((line) => line.includes('"profiled-fn"')).map((line) => JSON.parse(line));
  return { of: (name: string) => bucket.of(`custom.${name}`).map((put) => put.profile), log, last };
}

/** Values by the stack, leaf first, of the functions of the user's. */
function byStack({ samples }: Profile): Record<string, number[]> {
  return Object.fromEntries(
    samples.map(({ locations, values }) => [
      locations.map(({ lines: [{ fn }] }) => fn.name).join(' < '),
      values.map(Number),
    ]),
  );
}

describe('a profile of objects', () => {
  it('has those that are there at the snapshot, by where they were added', async () => {
    const { of } = await run(
      `const connections = profile('db-connections');
       const open = [];
       function connect() { const connection = {}; connections.add(connection); open.push(connection); }
       async function leak() { await null; connections.add({}); }
       connect(); connect();
       exports.handler = async function main({ close, leaks }) {
         if (close) connections.remove(open.pop());
         if (leaks) await leak();
       };`,
      [{ leaks: true }, { close: true, leaks: true }],
    );
    const [first, last] = of('db-connections');
    expect(first.sampleTypes).toEqual([{ type: 'objects', unit: 'count' }]);
    const places = (snapshot: Profile) =>
      Object.entries(byStack(snapshot)).map(([stack, [objects]]) => [stack.split(' < ').slice(0, 2), objects]);
    expect(places(first)).toEqual([
      [['connect', '(module) index.js'], 2],
      [['leak', 'main'], 1],
    ]);
    expect(places(last)).toEqual([
      [['connect', '(module) index.js'], 1],
      [['leak', 'main'], 2],
    ]);
  });

  it('has a value for each object, in a unit of its own', async () => {
    const { of } = await run(
      `const cache = profile('cache', { unit: 'bytes' });
       exports.handler = async function main() { cache.add({}, 1000); cache.add(() => {}, 24); };`,
      [{}],
    );
    expect(of('cache')[0]).toMatchObject({
      defaultSampleType: 'value',
      sampleTypes: [
        { type: 'objects', unit: 'count' },
        { type: 'value', unit: 'bytes' },
      ],
    });
    expect(byStack(of('cache')[0])).toEqual({ main: [2, 1024] });
  });

  it('is bounded, and says so', async () => {
    const { of, log } = await run(
      `const cache = profile('cache');
       exports.handler = async function main() { for (let i = 0; i < 2100; i++) cache.add({}); };`,
      [{}],
    );
    expect(byStack(of('cache')[0])).toEqual({ main: [2000] });
    expect(log).toMatchObject([
      { kind: 'custom-profile-full-cache', message: expect.stringContaining('100 found no') },
    ]);
  });
});

describe('a count', () => {
  it('adds up values by stack, each snapshot what came since the last', async () => {
    const { of } = await run(
      `function read(rows) { count('rows', rows, { unit: 'rows' }); }
       exports.handler = async function main({ times }) { for (let i = 0; i < times; i++) read(7); count('calls'); };`,
      [{ times: 1000 }, { times: 2 }],
    );
    expect(of('rows').map(byStack)).toEqual([{ 'read < main': [1000, 7000] }, { 'read < main': [2, 14] }]);
    expect(of('rows')[0].sampleTypes).toEqual([
      { type: 'samples', unit: 'count' },
      { type: 'value', unit: 'rows' },
    ]);
    expect(of('calls').map(byStack)).toEqual([{ main: [1, 1] }, { main: [1, 1] }]);
  });
});

describe('whatever the user’s code passes', () => {
  it('nothing is thrown, and what cannot be a profile is left out and told of once', async () => {
    const { of, last, log } = await run(
      `exports.handler = async function main() {
         profile('../../other').add({}); count('a b'); count(''); count(undefined); count('x'.repeat(65));
         profile('numbers').add(7); profile('numbers').remove('never');
         profile('twice').add({}); count('twice');
         count('odd', 'no number'); count('odd', Infinity); count('odd', { valueOf: () => 3 }); count('odd', Symbol());
         count(Object.create(null)); count(Symbol());
         profile(Object.create(null)).remove({});
         for (let i = 0; i < 40; i++) count('name-' + i);
         return 'done';
       };`,
      [{}],
    );
    expect(last).toBe('"done"');
    expect(log.map(({ kind }) => kind)).toEqual(['custom-profile-refused']);
    expect(new Set(bucket.puts.map(({ type }) => type)).size).toBe(15);
    expect(byStack(of('odd')[0])).toEqual({ main: [4, 3] });
    expect(byStack(of('twice')[0])).toEqual({ main: [1] });
  });

  it('does nothing where nothing is profiled, or profiles of one’s own are not', async () => {
    expect(() => {
      profile('connections').add({});
      profile('connections').remove({});
      count('rows');
    }).not.toThrow();
    await run(`exports.handler = async () => count('rows');`, [{}], { PROFILED_FN_PROFILES: 'wall' });
    expect(bucket.puts.filter(({ type }) => type.startsWith('custom'))).toEqual([]);
  });
});
