import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TEST_CERTIFICATE, type TestFunction } from '../../../runtime/support/harness';
import type { BackEnd } from './back-end';
import { newRelicEvents } from './reports';

/** What is instrumented: it asks a server, which all of these tools see, and fails when it is told to. */
const body = `
  const handle = async (event) => {
    await new Promise((resolve, reject) => {
      http.get(process.env.SHOP_URL + '/orders', (response) => response.resume().on('end', resolve)).on('error', reject);
    });
    if (event.fails) throw new RangeError('sold out');
    const { _HANDLER, NEW_RELIC_LAMBDA_HANDLER, DD_LAMBDA_HANDLER, LUMIGO_ORIGINAL_HANDLER } = process.env;
    return { n: event.n, _HANDLER, NEW_RELIC_LAMBDA_HANDLER, DD_LAMBDA_HANDLER, LUMIGO_ORIGINAL_HANDLER };
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
/** AWS's variables for the daemon are not a function's to set, so they are replaced before any of its code runs. */
const xray = ({ daemonPort }: BackEnd) => ({
  NODE_OPTIONS: '--require ./daemon.cjs',
  DAEMON_ADDRESS: `127.0.0.1:${daemonPort}`,
});
const daemon = { 'daemon.cjs': `process.env.AWS_XRAY_DAEMON_ADDRESS = process.env.DAEMON_ADDRESS;` };
/** The SDK asks the same server; what it answers is nothing that it knows, and the call fails. */
const xrayCode = `
  AWSXRay.captureHTTPsGlobal(nodeHttp, true);
  const dynamo = AWSXRay.captureAWSv3Client(new DynamoDBClient({ endpoint: process.env.SHOP_URL, maxAttempts: 1 }));
  const traced = async (event) => {
    await dynamo.send(new ListTablesCommand({}));
    return AWSXRay.captureAsyncFunc('order', async (subsegment) => {
      subsegment.addAnnotation('n', event.n);
      try { return await handle(event); } finally { subsegment.close(); }
    });
  };`;
const tracerCode = `
  const tracer = new Tracer({ serviceName: 'shop' });
  class Shop { handler(event) { return handle(event); } }
  const method = Object.getOwnPropertyDescriptor(Shop.prototype, 'handler');
  Object.defineProperty(Shop.prototype, 'handler', tracer.captureLambdaHandler()(Shop.prototype, 'handler', method) ?? method);
  const shop = new Shop();`;
const lumigo = ({ tlsPort }: BackEnd) => ({
  LUMIGO_TRACER_TOKEN: 't_0123456789abcdef01234',
  LUMIGO_TRACER_HOST: `localhost:${tlsPort}`,
  NODE_EXTRA_CA_CERTS: 'localhost.crt',
  // Of this machine: within the 300 ms that it allows otherwise, no connection may come about.
  LUMIGO_REQUEST_TIMEOUT: '30000',
  LUMIGO_CONNECTION_TIMEOUT: '30000',
});
const certificate = { 'localhost.crt': readFileSync(TEST_CERTIFICATE, 'utf8') };

/** A function that is instrumented, and what is seen of that. */
export interface Case extends Omit<TestFunction, 'environment'> {
  environment: (backEnd: BackEnd) => Record<string, string>;
  /** What is seen of the log; otherwise nothing. */
  seen?: (line: string) => string | undefined;
  /** The vendors' layer is in /opt, and not in the function's code. */
  inLayer?: true;
  /**
   * The variable in which the vendor's handler, which Lambda loads, finds the one that it wraps: ours. Otherwise Lambda loads
   * ours, and that the vendor's.
   */
  wrapsOurs?: string;
  /** It takes a callback, which aws-lambda-ric 4 refuses. */
  takesCallback?: true;
  /** X-Ray samples the invocations. */
  traced?: true;
}

/** Datadog writes its traces into the log where its extension is not there; among them what was slow to load. */
function datadogTraces(line: string): string | undefined {
  const at = line.indexOf('{"traces"');
  if (at < 0) return undefined;
  const { traces } = JSON.parse(line.slice(at)) as { traces: { name: string; resource: string; error: number }[][] };
  const spans = traces.flat().filter(({ name }) => !/^aws\.lambda\.(load|require)/.test(name));
  return JSON.stringify(spans.map(({ name, resource, error }) => [name, resource, error]).sort());
}

/** New Relic writes one line for each invocation: `[version, marker, data]`, the data in JSON, gzip and base64. */
function newRelicPayload(line: string): string | undefined {
  const at = line.indexOf('[1,"NR_LAMBDA_MONITORING"');
  if (at < 0) return undefined;
  const packed = JSON.parse(line.slice(at)).at(-1) as string;
  return newRelicEvents(JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()).data);
}

const datadogLayer = {
  handler: '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler',
  environment: datadog,
  seen: datadogTraces,
  inLayer: true,
} as const;
export const cases: Record<string, Case> = {
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
  'Datadog’s layer around ours, of CommonJS': { ...datadogLayer, files: commonJs(), wrapsOurs: 'DD_LAMBDA_HANDLER' },
  'Datadog’s layer around ours, of an ES module': {
    ...datadogLayer,
    files: esModule(),
    wrapsOurs: 'DD_LAMBDA_HANDLER',
  },
  'Datadog’s layer in ours, of CommonJS': { ...datadogLayer, files: commonJs() },
  'Datadog’s layer in ours, of an ES module': { ...datadogLayer, files: esModule() },
  'Datadog, redirecting by --require': {
    files: commonJs(),
    environment: () => {
      const { DD_LAMBDA_HANDLER, ...variables } = datadog();
      return { ...variables, NODE_OPTIONS: '--require datadog-lambda-js/dist/init.js' };
    },
    seen: datadogTraces,
  },
  'AWS X-Ray SDK, in CommonJS': {
    files: {
      ...commonJs(
        `const nodeHttp = require('node:http'); const AWSXRay = require('aws-xray-sdk-core');
        const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb'); ${xrayCode}`,
        'traced',
      ),
      ...daemon,
    },
    environment: xray,
    traced: true,
  },
  'AWS X-Ray SDK, in an ES module': {
    files: {
      ...esModule(
        `import nodeHttp from 'node:http'; import AWSXRay from 'aws-xray-sdk-core';
        import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'; ${xrayCode}`,
        'traced',
      ),
      ...daemon,
    },
    environment: xray,
    traced: true,
  },
  'Powertools’ tracer, in CommonJS': {
    files: {
      ...commonJs(
        `const { Tracer } = require('@aws-lambda-powertools/tracer'); ${tracerCode}`,
        'shop.handler.bind(shop)',
      ),
      ...daemon,
    },
    environment: xray,
    traced: true,
  },
  'Powertools’ tracer, in an ES module': {
    files: {
      ...esModule(`import { Tracer } from '@aws-lambda-powertools/tracer'; ${tracerCode}`, 'shop.handler.bind(shop)'),
      ...daemon,
    },
    environment: xray,
    traced: true,
  },
  'Lumigo, by hand': {
    files: {
      ...commonJs(`const lumigo = require('@lumigo/tracer')();`, 'lumigo.trace(handle)'),
      ...certificate,
    },
    environment: lumigo,
    takesCallback: true,
  },
};
