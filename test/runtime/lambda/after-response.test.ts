import { describe, expect, it } from 'vitest';
import { preloaded, RecordingBucket, startFunction } from '../support/harness';

/**
 * Tells in which order things come: the runtime client's POST, which blocks until Lambda has taken the response (a stream
 * ends some time), and the first that a snapshot does, which is to begin V8's next profile.
 */
const observing = `
  const order = (globalThis.order = []);
  const { _load } = require('node:module');
  require('node:module')._load = function (...args) {
    const loaded = _load.apply(this, args);
    for (const name of ['done', 'error']) {
      const post = loaded?.[name];
      if (!/rapid-client/.test(args[0]) || post.isObserved) continue;
      loaded[name] = Object.assign((...response) => {
        const result = post(...response);
        order.push('answered');
        return result;
      }, { isObserved: true });
    }
    return loaded;
  };
  require('node:diagnostics_channel').subscribe('http.client.response.finish', ({ request }) => {
    if (request.path.endsWith('/response')) order.push('answered');
  });
  // As instrumentation wraps what \`_HANDLER\` names.
  const Module = require('node:module');
  const { require: load } = Module.prototype;
  Module.prototype.require = function (id) {
    const loaded = load.apply(this, arguments);
    const { handler } = loaded ?? {};
    if (!/profiled-fn.handler/.test(id) || handler.length > 1) return loaded;
    return { handler: async (...args) => {
      const result = await handler(...args);
      if (globalThis.after) await new Promise((go) => setTimeout(go, 30));
      globalThis.after?.();
      return result;
    } };
  };
  const begin = console.profile;
  console.profile = (title) => { order.push('snapshot'); begin(title); };`;

/** Reports what came since the invocation before it, and begins anew. */
const report = "const seen = order.splice(0); order.push('handler');";

describe.each([
  ['aws-lambda-ric 3', 3, 'nodejs20.x', {}],
  ['aws-lambda-ric 4', 4, 'nodejs24.x', {}],
  // Which cannot be made to wait: an extension holds the environment.
  ['a client that asks by node:http', 4, 'nodejs24.x', { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true' }],
] as const)('with %s a snapshot begins only after the response has been posted', (_client, ric, runtime, client) => {
  const handlers: Record<string, string> = {
    'of an async handler': `exports.handler = async () => { ${report} console.log(seen.join()); }`,
    'of one that waits': `exports.handler = async () => {
      ${report} await new Promise((r) => setTimeout(r, 5)); console.log(seen.join());
    }`,
    'of one that fails': `exports.handler = async () => { ${report} console.log(seen.join()); throw new Error('no'); }`,
    'of a large one': `exports.handler = async () => { ${report} console.log(seen.join()); return 'x'.repeat(3e6); }`,
    'of one whose result is no JSON (R06)': `exports.handler = async () => { ${report} console.log(seen.join()); return { a: 1n }; }`,
    'of one that streams': `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
      ${report} console.log(seen.join());
      stream.write('one'); await new Promise((r) => setTimeout(r, 5)); stream.end('two');
    })`,
    ...(ric === 3 && {
      'of one that somebody has wrapped outside of us, who works on after it (R06)': `exports.handler = async () => {
      ${report} console.log(seen.join());
      globalThis.after = () => order.push('wrapper');
    }`,
      'of a callback': `exports.handler = (event, context, callback) => { ${report} console.log(seen.join()); callback(null, 1); }`,
      'of a callback in an async handler, which is answered when the event loop has run empty': `
        exports.handler = async (event, context, callback) => {
          ${report} console.log(seen.join()); setTimeout(() => {}, 50); callback(null, 1);
        }`,
      'of a callback that does not wait': `exports.handler = (event, context, callback) => {
        context.callbackWaitsForEmptyEventLoop = false;
        ${report} console.log(seen.join()); setTimeout(() => {}, 20); callback(null, 1);
      }`,
    }),
  };

  it.concurrent.each(Object.entries(handlers))('%s', async (_what, code) => {
    const bucket = await RecordingBucket.start();
    const environment = { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1', ...preloaded(observing), ...client };
    const fn = await startFunction({ files: { 'index.js': code }, runtime, environment }, bucket, { ric });
    for (let i = 0; i < 4; i++) await (await fn.invoke({})).report;
    await fn.close();
    await bucket.close();
    const orders = fn.log.flatMap((line) => /handler,[a-z,]*/.exec(line) ?? []);
    expect(orders).toHaveLength(3);
    for (const order of orders) expect(order).toMatch(/^handler(,wrapper)?,answered(,snapshot)*$/);
    expect(orders.join()).toContain('answered,snapshot');
    expect(orders.join().includes('wrapper')).toBe(code.includes('wrapper'));
  });
});
