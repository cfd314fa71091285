import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeProfiles } from '../../profile/merge/merge';
import type { Profile } from '../../profile/model/profile';
import { busy, RecordingBucket, startFunction, total } from './support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

const work = `${busy}
  const { setTimeout: pause } = require('node:timers/promises');
  function parse() { spin(100); }
  function price() { spin(100); }
  function render() { spin(100); }
  async function load() { parse(); await pause(100); render(); }
  async function main() {
    parse();
    await pause(100);
    await new Promise(process.nextTick);
    price();
    await load();
  }`;

/** Handlers that do `main`, by what is special about them. */
const handlers: Record<string, { index: string; runtime: string }> = {
  'aws-lambda-ric 3': { index: `${work} exports.handler = main;`, runtime: 'nodejs20.x' },
  'aws-lambda-ric 4': { index: `${work} exports.handler = main;`, runtime: 'nodejs24.x' },
  'aws-lambda-ric 4, with a streamed response': {
    index: `${work} exports.handler = awslambda.streamifyResponse(async function main(event, stream) {
      parse();
      await pause(100);
      await new Promise(process.nextTick);
      price();
      await load();
      stream.end('done');
    });`,
    runtime: 'nodejs24.x',
  },
};

/** Who has called `upTo`, from the outermost function on. */
function stacksOf(profile: Profile, upTo: string): Set<string> {
  const stacks = profile.samples.map(({ locations }) => locations.map(({ lines: [{ fn }] }) => fn.name).reverse());
  return new Set(
    stacks.filter((stack) => stack.includes(upTo)).map((stack) => stack.slice(0, stack.indexOf(upTo)).join(' → ')),
  );
}

describe.each(Object.entries(handlers))('the stacks of an async handler in %s', (_name, { index, runtime }) => {
  it('are one tree: what it does before its first await, what it waits for, and what it does then', async () => {
    const environment = { PROFILED_FN_PROFILES: 'init,wall,wait', PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1000' };
    const fn = await startFunction({ files: { 'index.js': index }, runtime, environment }, bucket);
    for (let i = 0; i < 2; i++) await (await fn.invoke({})).report;
    await fn.close();

    const profile = mergeProfiles(bucket.of('wall').map((put) => put.profile));
    expect([...stacksOf(profile, 'spin')].sort()).toEqual([
      // Nobody knows who called it.
      'load → render',
      'main → load → parse',
      'main → parse',
      'main → price',
    ]);
    expect([...stacksOf(profile, '(waiting: timer)')].sort()).toEqual(['main', 'main → load']);
    // All of the time is still there: the handler measures none of less than 600 ms.
    expect(total(profile, 'wall')).toBeGreaterThan(2 * 600e6 * 0.97);
  });
});

it('the heap’s stacks begin with the handler, too', async () => {
  const code = `
    const { setTimeout: pause } = require('node:timers/promises');
    const held = [];
    function hold() { for (let i = 0; i < 40; i++) held.push(new Array(50_000).fill(i)); }
    exports.handler = async function main() {
      hold();
      await pause(20);
      hold();
      await new Promise(process.nextTick);
      hold();
    };`;
  const environment = { PROFILED_FN_PROFILES: 'heap' };
  const fn = await startFunction({ files: { 'index.js': code }, environment }, bucket);
  await (await fn.invoke({})).report;
  await fn.close();

  const [{ profile }] = bucket.of('heap');
  expect([...stacksOf(profile, 'hold')]).toEqual(['main']);
  expect(total(profile, 'inuse_space')).toBeGreaterThan(3 * 40 * 50_000 * 8 * 0.5);
});
