import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeProfiles } from '../../profile/merge';
import type { Profile } from '../../profile/model';
import { busy, RecordingBucket, startFunction, total } from './harness';

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

/** Names from the outermost function to the one that `spin` was called by, or to what was waited for. */
function stacksOf(profile: Profile): Set<string> {
  const stacks = profile.samples.map(({ locations }) => locations.map(({ lines: [{ fn }] }) => fn.name).reverse());
  return new Set(
    stacks
      .filter((stack) => ['spin', '(waiting: timer)'].some((name) => stack.includes(name)))
      .map((stack) => stack.slice(0, stack.includes('spin') ? stack.indexOf('spin') : undefined).join(' → ')),
  );
}

describe.each(Object.entries(handlers))('the stacks of an async handler in %s', (_name, { index, runtime }) => {
  it('are one tree: what it does before its first await, what it waits for, and what it does then', async () => {
    const environment = { PROFILED_FN_PROFILES: 'init,wall,wait', PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1000' };
    const fn = await startFunction({ files: { 'index.js': index }, runtime, environment }, bucket);
    for (let i = 0; i < 2; i++) await (await fn.invoke({})).report;
    await fn.close();

    const profile = mergeProfiles(bucket.of('wall').map((put) => put.profile));
    expect([...stacksOf(profile)].sort()).toEqual([
      // Nobody knows who called it.
      'load → render',
      'main → (waiting: timer)',
      'main → load → (waiting: timer)',
      'main → load → parse',
      'main → parse',
      'main → price',
    ]);
    // All of the time is still there: the handler measures none of less than 600 ms.
    expect(total(profile, 'wall')).toBeGreaterThan(2 * 600e6 * 0.97);
  });
});
