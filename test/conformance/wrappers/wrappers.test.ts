import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownLines, RecordingBucket, startFunction, type TestFunction } from '../../runtime/support/harness';
import { installNode, installNodeModules } from '../support/tools';

/** What each wrapper wraps: it works, waits, and fails when it is told to. */
const wrapped = `
function work() {
  const end = performance.now() + 30;
  while (performance.now() < end) JSON.stringify({ a: [1, 2, 3], b: 'x'.repeat(100) });
}
async function handle(event) {
  work();
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (event.fails) throw Object.assign(new RangeError('no ' + event.n), { code: 'E_SOLD_OUT' });
  return { n: event.n, text: 'ü' };
}
`;

const js = (text: string, rest: Partial<TestFunction> = {}): TestFunction => ({
  files: { 'index.js': wrapped + text },
  ...rest,
});

const wrappers: Record<string, TestFunction> = {
  '@middy/core': {
    handler: 'index.handler',
    files: {
      'index.mjs': `import middy from '@middy/core'; ${wrapped}
        const order = [];
        export const handler = middy(handle).use({
          before: ({ event }) => { order.push('before'); event.seen = true; },
          after: ({ response }) => { response.order = order.splice(0); },
          onError: ({ event, error }) => { if (event.caught) return { caught: error.message, code: error.code }; },
        });`,
    },
  },
  'middy, streaming': {
    handler: 'index.handler',
    files: {
      'index.mjs': `import middy from '@middy/core'; import { Readable } from 'node:stream'; ${wrapped}
        export const handler = middy({ streamifyResponse: true }).handler(async (event) => {
          await handle(event);
          return { statusCode: 201, headers: { 'content-type': 'text/plain' }, body: Readable.from(['a', 'b', String(event.n)]) };
        });`,
    },
  },
  'Powertools, as decorators apply them': js(
    `const { Logger } = require('@aws-lambda-powertools/logger');
     const { Metrics } = require('@aws-lambda-powertools/metrics');
     const { Tracer } = require('@aws-lambda-powertools/tracer');
     const logger = new Logger({ serviceName: 'shop' });
     const metrics = new Metrics({ namespace: 'shop', serviceName: 'checkout' });
     const tracer = new Tracer({ serviceName: 'shop' });
     class Shop {
       async handler(event, context) { logger.info('order', { n: event.n }); metrics.addMetric('orders', 'Count', 1); return handle(event); }
     }
     const decorate = (decorator) =>
       Object.defineProperty(Shop.prototype, 'handler', decorator(Shop.prototype, 'handler', Object.getOwnPropertyDescriptor(Shop.prototype, 'handler')) ?? Object.getOwnPropertyDescriptor(Shop.prototype, 'handler'));
     decorate(logger.injectLambdaContext({ logEvent: true }));
     decorate(metrics.logMetrics({ captureColdStartMetric: true }));
     decorate(tracer.captureLambdaHandler());
     const shop = new Shop();
     exports.handler = shop.handler.bind(shop);`,
  ),
  'Powertools, as middy middleware': {
    handler: 'index.handler',
    files: {
      'index.mjs': `import middy from '@middy/core';
        import { Logger } from '@aws-lambda-powertools/logger';
        import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
        import { Metrics } from '@aws-lambda-powertools/metrics';
        import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
        ${wrapped}
        const logger = new Logger({ serviceName: 'shop' });
        const metrics = new Metrics({ namespace: 'shop', serviceName: 'checkout' });
        export const handler = middy(async (event) => { logger.info('order'); metrics.addMetric('orders', 'Count', 1); return handle(event); })
          .use(injectLambdaContext(logger)).use(logMetrics(metrics));`,
    },
  },
  'Sentry’s wrapHandler': js(
    `const Sentry = require('@sentry/aws-serverless');
     Sentry.init({ dsn: 'http://key@127.0.0.1:9/1', tracesSampleRate: 1 });
     exports.handler = Sentry.wrapHandler(handle);`,
  ),
  'Datadog’s datadog': js(
    `const { datadog, sendDistributionMetric } = require('datadog-lambda-js');
     exports.handler = datadog(async (event) => { sendDistributionMetric('shop.orders', 1); return handle(event); });`,
    {
      environment: {
        DD_API_KEY: '0123456789abcdef0123456789abcdef',
        DD_FLUSH_TO_LOG: 'true',
        DD_TRACE_ENABLED: 'true',
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
        DD_REMOTE_CONFIGURATION_ENABLED: 'false',
        DD_CAPTURE_LAMBDA_PAYLOAD: 'false',
      },
    },
  ),
  withDurableExecution: js(
    `const { withDurableExecution } = require('@aws/durable-execution-sdk-js');
     const operations = [];
     const durableExecutionClient = {
       getExecutionState: async () => ({ Operations: operations, NextMarker: undefined }),
       checkpoint: async ({ Updates, CheckpointToken }) => {
         for (const { Id, Type, Name, Action, Payload, Error: ErrorObject } of Updates ?? [])
           operations.push({ Id, Type, Name, Status: { SUCCEED: 'SUCCEEDED', FAIL: 'FAILED' }[Action] ?? 'STARTED', StepDetails: { Result: Payload, Error: ErrorObject } });
         return { CheckpointToken, NewExecutionState: { Operations: operations.splice(0) } };
       },
     };
     const durable = withDurableExecution(
       async (event, context) => context.step('order', () => handle(event), { retryStrategy: () => ({ shouldRetry: false }) }),
       { durableExecutionClient },
     );
     exports.handler = (event, context) => durable({
       DurableExecutionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:shop:1/durable-execution/a/b',
       CheckpointToken: 'token',
       InitialExecutionState: { Operations: [{ Id: 'execution', Type: 'EXECUTION', Status: 'STARTED', ExecutionDetails: { InputPayload: JSON.stringify(event) } }] },
     }, context);`,
  ),
};

/** Does not run on Node.js 20. */
const ONLY_NEWER = ['withDurableExecution'];
const events = [{ n: 1 }, { n: 2, fails: true }, { n: 3, fails: true, caught: true }, { n: 4 }];

/** What Lambda's runtimes have; Node.js 20 is what runs this. */
const versions = [
  { major: 20, ric: 3 },
  { major: 22, ric: 3 },
  { major: 24, ric: 4 },
] as const;
type Version = (typeof versions)[number];

let nodeModules: string;
let bucket: RecordingBucket;
beforeAll(async () => {
  nodeModules = await installNodeModules('wrappers/layer/nodejs');
  bucket = await RecordingBucket.start();
});
afterAll(() => bucket.close());

/** What differs between any two runs replaced: ids, times, addresses, temporary folders. */
function steady(text: string): string {
  return text
    .replace(/\/[^\s:'"]*profiled-fn-[A-Za-z0-9]{6}/g, '<task>')
    .replace(/[0-9a-f]{8,}|\d+(\.\d+)?/gi, '#')
    .replace(/(#|-)+/g, '#');
}

async function run(fn: TestFunction, { major, ric }: Version, profiledInto?: RecordingBucket) {
  const runtime = `nodejs${major}.x`;
  const environment = await startFunction({ timeoutSeconds: 30, ...fn, runtime, nodeModules }, profiledInto, {
    ric,
    ...(major === 20 ? {} : { nodePath: await installNode(major) }),
  });
  const results = [];
  for (const event of events) {
    const { payload, functionError, error, trailers, report } = await environment.invoke(event);
    const { timedOut } = await report;
    results.push({
      payload: error ? undefined : payload.toString(),
      functionError,
      error: error && { type: error.errorType, message: steady(error.errorMessage), code: Object(error).code },
      trailers: trailers && Object.keys(trailers),
      timedOut,
    });
  }
  await environment.close();
  return { results, ours: ownLines(environment.log) };
}

describe.each(versions)('on Node.js $major with aws-lambda-ric $ric', (version) => {
  const all = Object.entries(wrappers).filter(([name]) => version.major > 20 || !ONLY_NEWER.includes(name));
  it.each(all)('%s answers as without us, and what it wraps is in the profile', async (_name, fn) => {
    const before = bucket.of('wall').length;
    const bare = await run(fn, version);
    const profiled = await run(fn, version, bucket);
    expect(profiled.ours).toEqual([]);
    expect(profiled.results).toEqual(bare.results);
    expect(bare.results[0]).toMatchObject({ functionError: undefined, timedOut: false });
    expect(bare.results[0].payload).toMatch(/ü|ab1/);
    expect(JSON.stringify(bare.results)).toMatch(/no #|no 2/);

    const samples = bucket
      .of('wall')
      .slice(before)
      .flatMap(({ profile }) => profile.samples);
    const workNanos = samples
      .filter(({ locations }) => locations.some(({ lines }) => lines[0].fn.name === 'work'))
      .reduce((sum, { values }) => sum + Number(values[2]), 0);
    expect(workNanos).toBeGreaterThan(20e6);
  });
});
