import { describe, expect, it } from 'vitest';
import { deployedFunction, json, start } from './support/function-under-test';

describe.each([
  { ric: 3, runtime: 'nodejs22.x' },
  { ric: 4, runtime: 'nodejs24.x' },
])('with AWS runtime client $ric', ({ runtime }) => {
  it('an async ESM handler gets the event and the context, and its result comes back', async () => {
    const fn = deployedFunction(
      {
        'index.mjs': `export const handler = async (event, context) => ({
          event, version: context.functionVersion, name: context.functionName, memory: context.memoryLimitInMB,
          arn: context.invokedFunctionArn, id: context.awsRequestId, client: context.clientContext,
          identity: context.identity, group: context.logGroupName, remaining: context.getRemainingTimeInMillis() <= 10_000,
          trace: /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/.test(
            process.env._X_AMZN_TRACE_ID ?? context.xRayTraceId),
        });`,
      },
      { runtime },
    );
    const environment = await start(fn);
    const cognitoIdentity = { cognitoIdentityId: 'me', cognitoIdentityPoolId: 'pool' };
    const result = await environment.invoke({ text: 'Grüße €' }, { clientContext: { who: 'Zoë' }, cognitoIdentity });
    expect(json(result.payload)).toEqual({
      event: { text: 'Grüße €' },
      version: '$LATEST',
      name: 'OrdersStack-Checkout1A2B3C4D',
      memory: '128',
      arn: 'arn:aws:lambda:eu-west-1:123456789012:function:OrdersStack-Checkout1A2B3C4D',
      id: result.requestId,
      client: { who: 'Zoë' },
      identity: cognitoIdentity,
      group: '/aws/lambda/OrdersStack-Checkout1A2B3C4D',
      remaining: true,
      trace: true,
    });
    expect(result).toMatchObject({ coldStart: true });
    expect(result).not.toHaveProperty('functionError');
    expect(await result.report).toMatchObject({ timedOut: false, initDurationMs: expect.any(Number) });
    const second = await environment.invoke();
    expect(second.coldStart).toBe(false);
    expect(json(second.payload)).toMatchObject({ event: {} });
    expect(await second.report).not.toHaveProperty('initDurationMs');
  });

  it('a CommonJS handler that throws fails with type, message and stack of the error', async () => {
    const fn = deployedFunction(
      { 'index.js': `exports.handler = async () => { throw new RangeError('out of\\nrange: é'); };` },
      { runtime },
    );
    const result = await (await start(fn)).invoke();
    expect(result.functionError).toBe('Unhandled');
    expect(result.error).toMatchObject({ errorType: 'RangeError', errorMessage: 'out of\nrange: é' });
    expect(result.error?.trace?.slice(0, 2)).toEqual(['RangeError: out of', 'range: é']);
    expect(result.error?.trace?.[2]).toMatch(/^ {4}at .*index\.js:1:\d+\)?$/);
    expect(json(result.payload)).toEqual(result.error);
  });

  it('an undefined result is null', async () => {
    const fn = deployedFunction({ 'index.mjs': 'export const handler = async () => {};' }, { runtime });
    expect((await (await start(fn)).invoke()).payload.toString()).toBe('null');
  });

  it('a streamed response comes whole', async () => {
    const fn = deployedFunction(
      {
        'index.mjs': `export const handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.setContentType('text/plain');
          for (const word of event) { stream.write(word); await new Promise((go) => setTimeout(go, 5)); }
          stream.end();
        });`,
      },
      { runtime },
    );
    const environment = await start(fn);
    for (const words of [['one ', 'two ', 'three'], ['four']]) {
      const result = await environment.invoke(words);
      expect(result.payload.toString()).toBe(words.join(''));
      expect(result.trailers).toEqual({});
      expect(result).not.toHaveProperty('functionError');
    }
  });

  it('an error in the middle of a stream comes in its trailers, after what was written', async () => {
    const fn = deployedFunction(
      {
        'index.mjs': `export const handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.write('half');
          await new Promise((go) => setTimeout(go, 20));
          throw new TypeError('broken');
        });`,
      },
      { runtime },
    );
    const result = await (await start(fn)).invoke();
    expect(result.payload.toString()).toBe('half');
    expect(result.functionError).toBe('Unhandled');
    expect(result.error).toMatchObject({ errorType: 'TypeError', errorMessage: 'broken' });
    expect(result.trailers).toMatchObject({ 'lambda-runtime-function-error-type': 'TypeError' });
  });

  it('a response that is larger than Lambda takes is an error', async () => {
    const fn = deployedFunction(
      { 'index.mjs': `export const handler = async (size) => 'x'.repeat(size);` },
      { runtime },
    );
    const environment = await start(fn);
    const limit = 6_291_556;
    expect((await environment.invoke(limit - 2)).payload.length).toBe(limit);
    expect((await environment.invoke(limit - 1)).error).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  it('waiting for an invocation and answering it leave no trace in diagnostics channels', async () => {
    const fn = deployedFunction(
      {
        'index.mjs': `import { channel } from 'node:diagnostics_channel';
          const seen = [];
          for (const name of ['http.client.request.start', 'http.client.request.created', 'net.client.socket',
            'undici:request:create']) channel(name).subscribe(() => seen.push(name));
          export const handler = async () => ({ seen });`,
      },
      { runtime },
    );
    const environment = await start(fn);
    await environment.invoke();
    expect(json((await environment.invoke()).payload)).toEqual({ seen: [] });
  });
});

it('with AWS runtime client 3, a callback answers when the event loop is empty', async () => {
  const fn = deployedFunction(
    {
      'index.js': `exports.handler = (event, context, callback) => {
        const answer = { order: ['callback'] };
        setTimeout(() => answer.order.push('timer'), 30);
        context.callbackWaitsForEmptyEventLoop = event.wait;
        callback(event.fail ? new Error('no') : null, answer);
      };`,
    },
    { runtime: 'nodejs20.x' },
  );
  const environment = await start(fn);
  expect(json((await environment.invoke({ wait: true })).payload)).toEqual({ order: ['callback', 'timer'] });
  expect(json((await environment.invoke({ wait: false })).payload)).toEqual({ order: ['callback'] });
  expect((await environment.invoke({ fail: true })).error).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
});

it('with AWS runtime client 4, a callback handler is refused', async () => {
  const fn = deployedFunction({ 'index.js': 'exports.handler = (event, context, callback) => callback();' });
  expect((await (await start(fn)).invoke()).error?.errorType).toBe('Runtime.CallbackHandlerDeprecated');
});

it('an event that cannot be JSON, or is larger than Lambda takes, is refused before anything runs', async () => {
  const environment = await start(deployedFunction({ 'index.mjs': 'export const handler = async () => 1;' }));
  await expect(environment.invoke(() => {})).rejects.toThrow('A function cannot be an event');
  await expect(environment.invoke('x'.repeat(6_291_455))).rejects.toThrow('Pass a reference to the data');
  expect((await environment.invoke(Buffer.from('"raw"'))).payload.toString()).toBe('1');
});
