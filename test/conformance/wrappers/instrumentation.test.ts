import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectIsolation } from '../../../local/lambda/isolation';
import {
  LAYER_HANDLER,
  ownLines,
  RecordingBucket,
  startFunction,
  temporaryDirectory,
} from '../../runtime/support/harness';
import { installNode, installNodeModules } from '../support/tools';
import { BackEnd } from './support/back-end';
import { type Case, cases } from './support/vendor-cases';

/** What Lambda's runtimes have; Node.js 20 is what runs this. */
const ALL_VERSIONS = [
  { major: 20, ric: 3 },
  { major: 22, ric: 3 },
  { major: 24, ric: 4 },
  { major: 26, ric: 4 },
] as const;
type Version = (typeof ALL_VERSIONS)[number];
/** Of each runtime client one, unless all are asked for: PROFILED_FN_INSTRUMENTATION=all. */
const versions = ALL_VERSIONS.filter(
  ({ major }) => process.env.PROFILED_FN_INSTRUMENTATION === 'all' || major === 20 || major === 24,
);

let nodeModules: string;
let layers: string[];
let bucket: RecordingBucket;
let shop: RecordingBucket;
beforeAll(async () => {
  nodeModules = await installNodeModules('wrappers/layer/nodejs');
  layers = [join(import.meta.dirname, 'layer'), datadogLayer()];
  bucket = await RecordingBucket.start();
  shop = await RecordingBucket.start();
  shop.fault = (_request, response) => Boolean(response.end('[]'));
});
afterAll(() => Promise.all([bucket.close(), shop.close()]));

/** Datadog's layer has its module without the folder `dist`. */
function datadogLayer(): string {
  const layer = temporaryDirectory();
  const folder = join(layer, 'nodejs/node_modules/datadog-lambda-js');
  cpSync(join(nodeModules, 'datadog-lambda-js/dist'), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'datadog-lambda-js', main: 'index.js' }));
  return layer;
}

async function run(
  { environment, seen = () => undefined, inLayer, wrapsOurs, traced, ...fn }: Case,
  { major, ric }: Version,
  into?: RecordingBucket,
) {
  const backEnd = await BackEnd.start();
  const variables = {
    // By name: what is at 127.0.0.1 Lumigo leaves out.
    SHOP_URL: `http://localhost:${shop.port}`,
    // A snapshot after each response, so that none of our requests could be missed.
    ...(into ? { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1', PROFILED_FN_COST_LIMIT: '1' } : {}),
    ...environment(backEnd),
    ...(into && wrapsOurs ? { PROFILED_FN_HANDLER: 'index.handler', [wrapsOurs]: LAYER_HANDLER } : {}),
  };
  const instance = await startFunction(
    {
      timeoutSeconds: 60,
      memoryMb: 1024,
      ...fn,
      environment: variables,
      runtime: `nodejs${major}.x`,
      ...(inLayer ? { layers } : { nodeModules }),
      ...(wrapsOurs ? { redirect: fn.handler } : {}),
    },
    into,
    {
      ric,
      traced,
      ...(major === 20 ? {} : { nodePath: await installNode(major) }),
      // So that the vendor's layer is where it says itself that it is.
      ...(inLayer ? { isolation: await detectIsolation() } : {}),
    },
  );
  const results = [];
  for (const event of [{ n: 1 }, { n: 2, fails: true }, { n: 3 }]) {
    const { payload, error, report } = await instance.invoke(event);
    await report;
    results.push(
      error ? [error.errorType, error.errorMessage] : payload.toString().replace(/"\/[^"]*node_modules/g, '"'),
    );
  }
  // What a tool sends after the response arrives while the environment is shut down, or never.
  await instance.close();
  const told = instance.log.map((line) => seen(line)).filter((line) => line !== undefined);
  const received = backEnd.received;
  await backEnd.close();
  return { results, received: [...received, ...told.sort()], ours: ownLines(instance.log), log: instance.log };
}

describe.each(versions)('R02: on Node.js $major with aws-lambda-ric $ric', (version) => {
  const possible = Object.entries(cases).filter(([, { takesCallback }]) => version.ric === 3 || !takesCallback);
  it.each(possible)('%s reports the same with us as without us', async (_what, instrumented) => {
    const before = bucket.puts.length;
    const bare = await run(instrumented, version);
    const profiled = await run(instrumented, version, bucket);
    expect(bare.results[0], bare.log.join('\n')).toContain('"n":1');
    expect(profiled.ours).toEqual([]);
    expect(bucket.puts.length).toBeGreaterThan(before);
    expect(profiled.results).toEqual(bare.results);
    expect(profiled.received).toEqual(bare.received);
    if (version.ric === 3) expect(bare.received.length).toBeGreaterThan(0);
  });
});
