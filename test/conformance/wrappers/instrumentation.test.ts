import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownLines, RecordingBucket, startFunction, type TestFunction } from '../../runtime/support/harness';
import { installNode, installNodeModules } from '../support/tools';
import { BackEnd } from './support/back-end';

/** What is instrumented: it asks a server, which all of these tools see, and fails when it is told to. */
const body = `
  const handle = async (event) => {
    await new Promise((resolve, reject) => {
      http.get(process.env.SHOP_URL + '/orders', (response) => response.resume().on('end', resolve)).on('error', reject);
    });
    if (event.fails) throw new RangeError('sold out');
    return { n: event.n, handler: process.env._HANDLER };
  };`;

const commonJs = (before = '', handler = 'handle') => ({
  'index.js': `${before} const http = require('node:http'); ${body} exports.handler = ${handler};`,
});
const esModule = (before = '', handler = 'handle') => ({
  'index.mjs': `${before} import http from 'node:http'; ${body} export const handler = ${handler};`,
});

/** As in case B02, with all instrumentations: each span is written to the log when it ends, so none waits for a batch. */
const otelPreload = {
  'otel.cjs': `
    const { NodeTracerProvider, SimpleSpanProcessor } = require('@opentelemetry/sdk-node').node;
    const { registerInstrumentations } = require('@opentelemetry/instrumentation');
    const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
    const { writeSync } = require('node:fs');
    const exporter = {
      export(spans, done) {
        for (const { name, kind, status, instrumentationScope, attributes } of spans)
          writeSync(1, 'SPAN ' + JSON.stringify([instrumentationScope.name, name, kind, status.message, attributes['faas.coldstart'], attributes['url.path'], attributes['http.target']]) + '\\n');
        done({ code: 0 });
      },
      shutdown: async () => {},
      forceFlush: async () => {},
    };
    const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    tracerProvider.register();
    registerInstrumentations({ tracerProvider, instrumentations: [getNodeAutoInstrumentations()] });`,
};
const spanLine = (line: string) => (line.startsWith('SPAN ') ? line : undefined);
const HOOK = '--experimental-loader=@opentelemetry/instrumentation/hook.mjs --no-warnings';
const sentry = (backEnd: BackEnd) => ({
  SENTRY_DSN: `http://key@127.0.0.1:${backEnd.port}/1`,
  SENTRY_TRACES_SAMPLE_RATE: '1',
});
const datadog = () => ({
  DD_API_KEY: '0123456789abcdef0123456789abcdef',
  DD_FLUSH_TO_LOG: 'true',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_LAMBDA_HANDLER: 'index.handler',
});
const newRelic = () => ({
  NEW_RELIC_APP_NAME: 'shop',
  NEW_RELIC_NO_CONFIG_FILE: 'true',
  NEW_RELIC_ACCOUNT_ID: '1',
  NEW_RELIC_LOG_ENABLED: 'false',
});
interface Case extends Omit<TestFunction, 'environment'> {
  environment: (backEnd: BackEnd) => Record<string, string>;
  /** What is seen of the log; otherwise nothing. */
  seen?: (line: string) => string | undefined;
}

/** Datadog writes its traces into the log where its extension is not there; among them what was slow to load. */
function datadogTraces(line: string): string | undefined {
  const at = line.indexOf('{"traces"');
  if (at < 0) return undefined;
  const { traces } = JSON.parse(line.slice(at)) as { traces: { name: string; resource: string; error: number }[][] };
  const spans = traces.flat().filter(({ name }) => !/^aws\.lambda\.(load|require)/.test(name));
  return JSON.stringify(spans.map(({ name, resource, error }) => [name, resource, error]).sort());
}

/** New Relic writes one line for each invocation. */
function newRelicPayload(line: string): string | undefined {
  return line.includes('NR_LAMBDA_MONITORING') ? 'NR_LAMBDA_MONITORING' : undefined;
}

const cases: Record<string, Case> = {
  'Sentry, automatic, by --require': {
    files: commonJs(),
    environment: (backEnd) => ({ ...sentry(backEnd), NODE_OPTIONS: '--require @sentry/aws-serverless/awslambda-auto' }),
  },
  'Sentry, automatic, by --import': {
    files: esModule(),
    environment: (backEnd) => ({ ...sentry(backEnd), NODE_OPTIONS: '--import @sentry/aws-serverless/awslambda-auto' }),
  },
  'Sentry, by hand': {
    files: commonJs(
      `const Sentry = require('@sentry/aws-serverless'); Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 1 });`,
      'Sentry.wrapHandler(handle)',
    ),
    environment: sentry,
  },
  'OpenTelemetry with all of its instrumentations, by --require': {
    files: { ...commonJs(), ...otelPreload },
    environment: () => ({ NODE_OPTIONS: '--require ./otel.cjs' }),
    seen: spanLine,
  },
  'OpenTelemetry with a hook on import, of CommonJS': {
    files: { ...commonJs(), ...otelPreload },
    environment: () => ({ NODE_OPTIONS: `${HOOK} --require ./otel.cjs` }),
    seen: spanLine,
  },
  'OpenTelemetry with a hook on import, of an ES module': {
    files: { ...esModule(), ...otelPreload },
    environment: () => ({ NODE_OPTIONS: `${HOOK} --require ./otel.cjs` }),
    seen: spanLine,
  },
  'OpenTelemetry without a hook on import, of an ES module': {
    files: { ...esModule(), ...otelPreload },
    environment: () => ({ NODE_OPTIONS: '--require ./otel.cjs' }),
    seen: spanLine,
  },
  'Datadog’s redirect': {
    files: commonJs(),
    handler: 'node_modules/datadog-lambda-js/dist/handler.handler',
    environment: datadog,
    seen: datadogTraces,
  },
  'New Relic, by hand': {
    files: commonJs(`const newrelic = require('newrelic');`, 'newrelic.setLambdaHandler(handle)'),
    environment: newRelic,
    seen: newRelicPayload,
  },
};

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
let bucket: RecordingBucket;
let shop: RecordingBucket;
beforeAll(async () => {
  nodeModules = await installNodeModules('wrappers');
  bucket = await RecordingBucket.start();
  shop = await RecordingBucket.start();
  shop.fault = (_request, response) => Boolean(response.end('[]'));
});
afterAll(() => Promise.all([bucket.close(), shop.close()]));

async function run(
  { environment, seen = () => undefined, ...fn }: Case,
  { major, ric }: Version,
  into?: RecordingBucket,
) {
  const backEnd = await BackEnd.start();
  const variables = {
    SHOP_URL: `http://127.0.0.1:${shop.port}`,
    // A snapshot after each response, so that none of our requests could be missed.
    ...(into ? { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1', PROFILED_FN_COST_LIMIT: '1' } : {}),
    ...environment(backEnd),
  };
  const instance = await startFunction(
    { timeoutSeconds: 60, memoryMb: 1024, ...fn, environment: variables, runtime: `nodejs${major}.x`, nodeModules },
    into,
    { ric, ...(major === 20 ? {} : { nodePath: await installNode(major) }) },
  );
  const results = [];
  for (const event of [{ n: 1 }, { n: 2, fails: true }, { n: 3 }]) {
    const { payload, error, report } = await instance.invoke(event);
    await report;
    results.push(
      error ? [error.errorType, error.errorMessage] : payload.toString().replace(/"\/[^"]*node_modules/, '"'),
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
  it.each(Object.entries(cases))('%s reports the same with us as without us', async (_what, instrumented) => {
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
