import { alone, hasCallbacks, type Instance, type Runtime } from './shape';

/** An HTTP API's event, as the routers take it. */
const http = (method: string, path: string, body?: unknown) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: 'a=1',
  headers: { 'content-type': 'application/json', host: 'example.com', accept: '*/*' },
  queryStringParameters: { a: '1' },
  requestContext: {
    accountId: '000000000000',
    apiId: 'api',
    domainName: 'example.com',
    domainPrefix: 'example',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: 'id',
    routeKey: '$default',
    stage: '$default',
    time: '01/Jan/2026:00:00:00 +0000',
    timeEpoch: 1_767_225_600_000,
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  isBase64Encoded: false,
});

/** A REST API's event, for those that know no other. */
const rest = (httpMethod: string, path: string, body?: unknown) => ({
  resource: '/{proxy+}',
  path,
  httpMethod,
  headers: { 'content-type': 'application/json', Host: 'example.com' },
  multiValueHeaders: { 'content-type': ['application/json'], Host: ['example.com'] },
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: null,
  stageVariables: null,
  requestContext: { httpMethod, path, stage: 'prod', identity: { sourceIp: '192.0.2.1' }, requestId: 'id' },
  body: body === undefined ? null : JSON.stringify(body),
  isBase64Encoded: false,
});

const HTTP_EVENTS = [
  http('GET', '/orders/1'),
  http('POST', '/orders', { n: 2 }),
  http('GET', '/fails'),
  http('GET', '/missing'),
];
const REST_EVENTS = [
  rest('GET', '/orders/1'),
  rest('POST', '/orders', { n: 2 }),
  rest('GET', '/fails'),
  rest('GET', '/missing'),
];

const promises = ({ client }: Runtime) => client === 4;

interface PackageShape {
  source: string;
  events: readonly unknown[];
  environment?: Record<string, string>;
  on?: Instance['on'];
}

/** Frameworks and routers, each with a route that answers, one that takes a body, and one that fails. */
const FRAMEWORKS: Record<string, PackageShape> = {
  'serverless-http with express': {
    source: `const express = require('express'); const app = express(); app.use(express.json()); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id, query: q.query })); app.post('/orders', (q, s) => s.status(201).json(q.body)); app.get('/fails', () => { throw new Error('sold out'); }); app.use((e, q, s, next) => s.status(500).json({ error: e.message })); exports.handler = require('serverless-http')(app);`,
    events: HTTP_EVENTS,
  },
  'serverless-http with koa': {
    source: `const Koa = require('koa'); const app = new Koa(); app.silent = true; app.use(async (c) => { if (c.path === '/fails') throw new Error('sold out'); if (c.path === '/missing') return; c.body = { path: c.path, method: c.method }; }); exports.handler = require('serverless-http')(app);`,
    events: HTTP_EVENTS,
  },
  'serverless-http with hooks': {
    source: `const app = require('express')(); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id, context: q.mine })); exports.handler = require('serverless-http')(app, { request(q, event, context) { q.mine = context.functionName; }, response(s) { s.headers['x-mine'] = '1'; } });`,
    events: HTTP_EVENTS,
  },
  '@codegenie/serverless-express': {
    source: `const express = require('express'); const app = express(); app.use(express.json()); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id })); app.post('/orders', (q, s) => s.status(201).json(q.body)); app.get('/fails', () => { throw new Error('sold out'); }); app.use((e, q, s, next) => s.status(500).json({ error: e.message })); exports.handler = require('@codegenie/serverless-express')({ app });`,
    events: HTTP_EVENTS,
    on: hasCallbacks,
  },
  '@codegenie/serverless-express, of promises': {
    source: `const express = require('express'); const app = express(); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id })); const serve = require('@codegenie/serverless-express')({ app, resolutionMode: 'PROMISE' }); exports.handler = (event, context) => serve(event, context);`,
    events: HTTP_EVENTS,
  },
  '@vendia/serverless-express': {
    source: `const express = require('express'); const app = express(); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id })); exports.handler = require('@vendia/serverless-express')({ app });`,
    events: REST_EVENTS,
    on: hasCallbacks,
  },
  '@vendia/serverless-express, set up in the first invocation': {
    source: `const express = require('express'); let serve; async function setUp() { await new Promise((go) => setTimeout(go, 5)); const app = express(); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id })); return require('@vendia/serverless-express')({ app, resolutionMode: 'PROMISE' }); } exports.handler = async (event, context) => { serve ??= await setUp(); return serve(event, context); };`,
    events: REST_EVENTS,
  },
  'aws-serverless-express': {
    source: `const aws = require('aws-serverless-express'); const express = require('express'); const app = express(); app.get('/orders/:id', (q, s) => s.json({ id: q.params.id })); const server = aws.createServer(app); exports.handler = (event, context) => aws.proxy(server, event, context, 'PROMISE').promise;`,
    events: REST_EVENTS,
  },
  '@fastify/aws-lambda': {
    source: `const app = require('fastify')(); app.get('/orders/:id', async (q) => ({ id: q.params.id, query: q.query })); app.post('/orders', async (q, r) => { r.code(201); return q.body; }); app.get('/fails', async () => { throw new Error('sold out'); }); exports.handler = require('@fastify/aws-lambda')(app);`,
    events: HTTP_EVENTS,
    on: promises,
  },
  '@fastify/aws-lambda, awaited': {
    source: `const app = require('fastify')(); app.get('/orders/:id', async (q) => ({ id: q.params.id })); app.get('/fails', async () => { throw new Error('sold out'); }); const proxy = require('@fastify/aws-lambda')(app); exports.handler = async (event, context) => proxy(event, context);`,
    events: HTTP_EVENTS,
  },
  'aws-lambda-fastify': {
    source: `const app = require('fastify')(); app.get('/orders/:id', async (q) => ({ id: q.params.id })); const proxy = require('aws-lambda-fastify')(app); exports.handler = async (event, context) => proxy(event, context);`,
    events: HTTP_EVENTS,
  },
  hono: {
    source: `const { Hono } = require('hono'); const { handle } = require('hono/aws-lambda'); const app = new Hono(); app.get('/orders/:id', (c) => c.json({ id: c.req.param('id'), query: c.req.query('a') })); app.post('/orders', async (c) => c.json(await c.req.json(), 201)); app.get('/fails', () => { throw new Error('sold out'); }); exports.handler = handle(app);`,
    events: HTTP_EVENTS,
  },
  'hono, streaming': {
    source: `const { Hono } = require('hono'); const { streamHandle } = require('hono/aws-lambda'); const { stream } = require('hono/streaming'); const app = new Hono(); app.get('/orders/:id', (c) => stream(c, async (s) => { await s.write('a'); await s.write('b'); })); exports.handler = streamHandle(app);`,
    events: HTTP_EVENTS.slice(0, 1),
  },
  '@trpc/server': {
    source: `const { initTRPC } = require('@trpc/server'); const { awsLambdaRequestHandler } = require('@trpc/server/adapters/aws-lambda'); const t = initTRPC.create(); const router = t.router({ order: t.procedure.query(() => ({ id: 1 })), fails: t.procedure.query(() => { throw new Error('sold out'); }) }); exports.handler = awsLambdaRequestHandler({ router, createContext: () => ({}) });`,
    events: [http('GET', '/order'), http('GET', '/order')],
  },
  '@as-integrations/aws-lambda with Apollo': {
    source: `const { ApolloServer } = require('@apollo/server'); const { startServerAndCreateLambdaHandler, handlers } = require('@as-integrations/aws-lambda'); const server = new ApolloServer({ typeDefs: 'type Query { order: Int, fails: Int }', resolvers: { Query: { order: () => 1, fails: () => { throw new Error('sold out'); } } }, includeStacktraceInErrorResponses: true }); exports.handler = startServerAndCreateLambdaHandler(server, handlers.createAPIGatewayProxyEventV2RequestHandler());`,
    events: ['{ order }', '{ fails }', '{ missing }'].map((query) => http('POST', '/', { query })),
    on: promises,
  },
  'lambda-api': {
    source: `const api = require('lambda-api')(); api.get('/orders/:id', async (q) => ({ id: q.params.id })); api.post('/orders', async (q, s) => s.status(201).json(q.body)); api.get('/fails', () => { throw new Error('sold out'); }); exports.handler = async (event, context) => api.run(event, context);`,
    events: HTTP_EVENTS,
  },
  'itty-router': {
    source: `const { Router, json } = require('itty-router'); const router = Router(); router.get('/orders/:id', ({ params }) => json(params)); router.get('/fails', () => { throw new Error('sold out'); }); exports.handler = async (event) => { const response = await router.fetch(new Request('https://example.com' + event.rawPath, { method: event.requestContext.http.method })); return response && { statusCode: response.status, body: await response.text() }; };`,
    events: HTTP_EVENTS,
  },
  hapi: {
    source: `const Hapi = require('@hapi/hapi'); const server = Hapi.server(); server.route({ method: 'GET', path: '/orders/{id}', handler: (q) => ({ id: q.params.id }) }); server.route({ method: 'GET', path: '/fails', handler: () => { throw new Error('sold out'); } }); exports.handler = async (event) => { const { statusCode, payload } = await server.inject({ method: event.requestContext.http.method, url: event.rawPath }); return { statusCode, body: payload }; };`,
    events: HTTP_EVENTS,
  },
  'claudia-api-builder': {
    source: `const Api = require('claudia-api-builder'); const api = new Api(); api.get('/orders/{id}', () => ({ id: 1 })); api.get('/fails', () => { throw new Error('sold out'); }); exports.handler = (event, context) => api.proxyRouter({ ...event, context: { method: event.httpMethod, path: event.path } }, context);`,
    events: REST_EVENTS,
  },
  vandium: {
    source: `const vandium = require('vandium'); exports.handler = vandium.generic().handler(async (event) => { if (event.fails) throw new Error('sold out'); return event.n; });`,
    events: [{ n: 1 }, { fails: true }],
    on: hasCallbacks,
  },
  '@lambda-middleware/compose': {
    source: `const { compose } = require('@lambda-middleware/compose'); const twice = (handler) => async (event, context) => [await handler(event, context), event.n]; exports.handler = compose(twice, twice)(async ({ n }) => { if (n === 2) throw new Error('second'); return n; });`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'Bluebird’s promises': {
    source: `const Promise = require('bluebird'); exports.handler = ({ n }) => Promise.delay(2).then(() => { if (n === 2) throw new RangeError('second'); return n; });`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'Bluebird in place of Promise': {
    source: `globalThis.Promise = require('bluebird'); exports.handler = async ({ n }) => { await Promise.delay(2); if (n === 2) throw new RangeError('second'); return n; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'Bluebird’s coroutine': {
    source: `const Bluebird = require('bluebird'); exports.handler = Bluebird.coroutine(function* ({ n }) { yield Bluebird.delay(2); return n; });`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'source-map-support': {
    source: `require('source-map-support').install(); exports.handler = async function main({ n }) { await null; throw new Error('mapped ' + n); };`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'source-map-support, of environment node': {
    source: `require('source-map-support').install({ environment: 'node', handleUncaughtExceptions: true, hookRequire: true }); exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('uncaught'); }, 2));`,
    events: [{ n: 1 }, { n: 2 }],
  },
  pino: {
    source: `const log = require('pino')({ base: null, timestamp: false }); exports.handler = async ({ n }) => { log.info({ n }, 'order'); log.error(new Error('careful').message); return n; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
  winston: {
    source: `const winston = require('winston'); const log = winston.createLogger({ transports: [new winston.transports.Console()], exceptionHandlers: [new winston.transports.Console()] }); exports.handler = async ({ n }) => { log.info('order', { n }); return n; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'lambda-log': {
    source: `const { LambdaLog } = require('lambda-log'); const log = new LambdaLog({ tags: ['shop'] }); exports.handler = async ({ n }) => { log.info('order', { n }); return n; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
};

const MIDDY: Record<string, { use: string; events?: readonly unknown[] }> = {
  'no middleware': { use: '' },
  'http-json-body-parser': {
    use: `.use((await import('@middy/http-json-body-parser')).default())`,
    events: [http('POST', '/', { n: 1 })],
  },
  'http-error-handler': { use: `.use((await import('@middy/http-error-handler')).default())` },
  'http-header-normalizer': {
    use: `.use((await import('@middy/http-header-normalizer')).default())`,
    events: HTTP_EVENTS,
  },
  'http-cors': { use: `.use((await import('@middy/http-cors')).default())`, events: HTTP_EVENTS },
  'http-security-headers': {
    use: `.use((await import('@middy/http-security-headers')).default())`,
    events: HTTP_EVENTS,
  },
  'input-output-logger': { use: `.use((await import('@middy/input-output-logger')).default())` },
  'error-logger': { use: `.use((await import('@middy/error-logger')).default())` },
  warmup: {
    use: `.use((await import('@middy/warmup')).default())`,
    events: [{ source: 'serverless-plugin-warmup' }, { n: 1 }],
  },
  'do-not-wait-for-empty-event-loop': {
    use: `.use((await import('@middy/do-not-wait-for-empty-event-loop')).default({ runOnError: true }))`,
  },
  'event-normalizer': {
    use: `.use((await import('@middy/event-normalizer')).default())`,
    events: [{ Records: [{ eventSource: 'aws:sqs', body: '{"n":1}' }] }],
  },
  'an early answer': { use: `.before(({ event }) => { if (event.n === 1) return { early: true }; })` },
  'an answer that is changed': { use: `.after((request) => { request.response = { changed: request.response }; })` },
  'an error that is caught': {
    use: `.onError((request) => { request.response = { caught: request.error.message }; })`,
  },
  'an error in a middleware': { use: `.before(() => { throw new TypeError('middleware'); })` },
};

const WRAPPERS: Record<string, PackageShape> = {
  'Sentry’s wrapHandler': {
    source: `const Sentry = require('@sentry/aws-serverless'); Sentry.init({ dsn: 'http://key@127.0.0.1:9/1', tracesSampleRate: 1, defaultIntegrations: false }); exports.handler = Sentry.wrapHandler(async ({ n }) => { if (n === 2) throw new Error('second'); return n; }, { flushTimeout: 100 });`,
    events: [{ n: 1 }, { n: 2 }, { n: 3 }],
  },
  'Sentry’s wrapHandler around a callback': {
    source: `const Sentry = require('@sentry/aws-serverless'); Sentry.init({ dsn: 'http://key@127.0.0.1:9/1' }); exports.handler = Sentry.wrapHandler((event, context, callback) => { setTimeout(() => callback(null, event.n), 2); }, { flushTimeout: 100 });`,
    events: [{ n: 1 }, { n: 2 }],
    on: hasCallbacks,
  },
  'Datadog’s datadog': {
    source: `const { datadog } = require('datadog-lambda-js'); exports.handler = datadog(async ({ n }) => { if (n === 2) throw new Error('second'); return n; });`,
    events: [{ n: 1 }, { n: 2 }, { n: 3 }],
    environment: {
      DD_API_KEY: '0123456789abcdef0123456789abcdef',
      DD_FLUSH_TO_LOG: 'true',
      DD_TRACE_ENABLED: 'false',
      DD_ENHANCED_METRICS: 'false',
    },
  },
  'X-Ray’s captureAsyncFunc': {
    source: `const xray = require('aws-xray-sdk-core'); xray.setContextMissingStrategy('IGNORE_ERROR'); xray.setLogger({ debug() {}, info() {}, warn() {}, error() {} }); exports.handler = async ({ n }) => xray.captureAsyncFunc('order', async (s) => { try { if (n === 2) throw new Error('second'); return n; } finally { s?.close(); } });`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'Powertools’ event handler': {
    source: `const { Router } = require('@aws-lambda-powertools/event-handler/http'); const app = new Router(); app.get('/orders/:id', async ({ params }) => ({ id: params?.id })); app.get('/fails', async () => { throw new Error('sold out'); }); exports.handler = async (event, context) => app.resolve(event, context);`,
    events: HTTP_EVENTS,
  },
  'Powertools’ logger': {
    source: `const { Logger } = require('@aws-lambda-powertools/logger'); const logger = new Logger({ serviceName: 'shop' }); exports.handler = async ({ n }, context) => { logger.addContext(context); logger.info('order', { n }); return n; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'Powertools’ metrics': {
    source: `const { Metrics } = require('@aws-lambda-powertools/metrics'); const metrics = new Metrics({ namespace: 'shop', serviceName: 'orders' }); exports.handler = async ({ n }) => { metrics.captureColdStartMetric(); metrics.addMetric('orders', 'Count', n); metrics.publishStoredMetrics(); return n; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
  'Powertools’ tracer': {
    source: `const { Tracer } = require('@aws-lambda-powertools/tracer'); const tracer = new Tracer({ serviceName: 'shop' }); exports.handler = async ({ n }) => { const segment = tracer.getSegment(); const sub = segment?.addNewSubsegment('## ' + process.env._HANDLER); sub?.close(); return [n, sub?.name]; };`,
    events: [{ n: 1 }, { n: 2 }],
  },
};

/** Handlers that are made with packages that people use. */
export function packages(nodeModules: string): Instance[] {
  const shape = (name: string, { source, events, environment, on }: PackageShape) =>
    alone(
      name,
      { 'index.js': source },
      { nodeModules, events, ...(environment ? { environment } : {}), ...(on ? { on } : {}) },
    );
  const middy = (name: string, use: string, events: readonly unknown[]) =>
    alone(
      name,
      {
        'index.mjs': `import middy from '@middy/core';
          const order = async (event) => { if (event.n === 2) throw Object.assign(new Error('second'), { statusCode: 422, expose: true }); return { statusCode: 200, body: JSON.stringify(event.n ?? event.rawPath ?? 'none') }; };
          export const handler = middy(order)${use};`,
      },
      { nodeModules, events },
    );
  return [
    ...Object.entries(FRAMEWORKS).map(([name, one]) => shape(name, one)),
    ...Object.entries(WRAPPERS).map(([name, one]) => shape(name, one)),
    ...Object.entries(MIDDY).map(([name, { use, events = [{ n: 1 }, { n: 2 }, { n: 3 }] }]) =>
      middy(`middy with ${name}`, use, events),
    ),
    alone(
      'middy, streaming',
      {
        'index.mjs': `import middy from '@middy/core'; import { Readable } from 'node:stream';
          export const handler = middy({ streamifyResponse: true }).handler(async ({ n }) => { if (n === 2) throw new Error('second'); return { statusCode: 201, headers: { 'content-type': 'text/plain' }, body: Readable.from(['a', 'b', String(n)]) }; });`,
      },
      { nodeModules },
    ),
    alone(
      'middy with http-router',
      {
        'index.mjs': `import middy from '@middy/core'; import router from '@middy/http-router';
          export const handler = middy().handler(router([{ method: 'GET', path: '/orders/{id}', handler: middy(async (event) => ({ statusCode: 200, body: event.pathParameters.id })) }, { method: 'GET', path: '/fails', handler: async () => { throw new Error('sold out'); } }]));`,
      },
      { nodeModules, events: HTTP_EVENTS },
    ),
    alone(
      'middy of CommonJS',
      {
        'index.js': `exports.handler = async (event) => { const { default: middy } = await import('@middy/core'); return middy(async () => event.n)(event, { getRemainingTimeInMillis: () => 1_000 }); };`,
      },
      { nodeModules },
    ),
  ];
}
