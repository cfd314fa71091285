import { request } from 'node:http';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { RuntimeApi } from '../../../local/lambda/runtime-api';
import type { Invocation, RuntimeSession } from '../../../local/lambda/runtime-session';
import { cleanUp } from './support/function-under-test';

const metadata = { functionName: 'checkout', functionVersion: '$LATEST', handler: 'index.handler', accountId: '0123' };
const invocation: Invocation = {
  requestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
  payload: Buffer.from('{"n":1}'),
  deadlineMs: 1542409706888,
  invokedFunctionArn: 'arn:aws:lambda:us-east-2:123456789012:function:checkout',
  traceId: 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
};

let api: RuntimeApi;
let session: RuntimeSession;

beforeEach(async () => {
  api = await RuntimeApi.listen(metadata);
  cleanUp(() => api.close());
  session = api.startSession(new PassThrough());
});

async function call(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const response = await fetch(`http://${api.address}${path}`, { method, headers, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

const runtime = (path: string, headers?: Record<string, string>, body = '{}') =>
  call('POST', `/2018-06-01/runtime${path}`, headers, body);
const next = () => call('GET', '/2018-06-01/runtime/invocation/next');
const register = (name: string, body = '{"events":["INVOKE"]}', headers: Record<string, string> = {}) =>
  call('POST', '/2020-01-01/extension/register', { 'Lambda-Extension-Name': name, ...headers }, body);
const extensionNext = (id: string) =>
  call('GET', '/2020-01-01/extension/event/next', { 'Lambda-Extension-Identifier': id });
/** Polls without looking at the answer: when the test ends, the connection does. */
const park = (poll: Promise<unknown>) => void poll.catch(() => {});
const identifier = async (name: string, body?: string) =>
  (await register(name, body)).headers.get('lambda-extension-identifier') ?? '';

/** Whether a promise has settled after everything that is under way locally has been. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 40, false))]);
}

describe('the Runtime API', () => {
  it('next hands out the invocation with its headers, and a response is accepted once', async () => {
    const polled = next();
    await session.initialized;
    const { response, idle } = session.invoke({ ...invocation, clientContext: '{"a":1}', cognitoIdentity: '{"b":2}' });
    const { status, headers, body } = await polled;
    expect(status).toBe(200);
    expect(body).toEqual({ n: 1 });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': '1542409706888',
      'lambda-runtime-invoked-function-arn': invocation.invokedFunctionArn,
      'lambda-runtime-trace-id': invocation.traceId,
      'lambda-runtime-client-context': '{"a":1}',
      'lambda-runtime-cognito-identity': '{"b":2}',
    });
    expect((await next()).body).toEqual({ n: 1 });

    const path = `/invocation/${invocation.requestId}/response`;
    expect(await runtime(path, {}, '"done"')).toMatchObject({ status: 202, body: { status: 'OK' } });
    expect((await response).payload.toString()).toBe('"done"');
    expect(await runtime(path, {}, '"again"')).toMatchObject({
      status: 403,
      body: {
        errorType: 'InvalidStateTransition',
        errorMessage:
          'State transition from RuntimeResponseSentState to InvocationResponse failed for runtime. Error: State transition is not allowed',
      },
    });
    expect(await settled(idle)).toBe(false);
    park(next());
    await idle;
    expect(await runtime(path)).toMatchObject({ status: 400, body: { errorType: 'InvalidRequestID' } });
  });

  it('a response for another request is refused', async () => {
    park(next());
    await session.initialized;
    session.invoke(invocation);
    expect(await runtime('/invocation/unknown/response')).toMatchObject({
      status: 400,
      body: { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' },
    });
  });

  it('an error is handed on as it was posted', async () => {
    park(next());
    await session.initialized;
    const { response } = session.invoke(invocation);
    const body = '{"errorType":"RangeError","errorMessage":"no"}';
    const accepted = await runtime(
      `/invocation/${invocation.requestId}/error`,
      { 'Lambda-Runtime-Function-Error-Type': 'Function.Range' },
      body,
    );
    expect(accepted.status).toBe(202);
    expect(await response).toMatchObject({ payload: Buffer.from(body), errorType: 'Function.Range' });
  });

  it('an unknown response mode is refused', async () => {
    park(next());
    await session.initialized;
    const { response } = session.invoke(invocation);
    const mode = { 'Lambda-Runtime-Function-Response-Mode': 'buffered' };
    expect(await runtime(`/invocation/${invocation.requestId}/response`, mode)).toMatchObject({
      status: 400,
      body: { errorType: 'InvalidFunctionResponseMode' },
    });
    expect((await response).errorType).toBe('Runtime.InvalidResponseModeHeader');
  });

  it('a stream whose connection breaks is a truncated response', async () => {
    park(next());
    await session.initialized;
    const { response } = session.invoke(invocation);
    const stream = request(`http://${api.address}/2018-06-01/runtime/invocation/${invocation.requestId}/response`, {
      method: 'POST',
      headers: { 'Lambda-Runtime-Function-Response-Mode': 'streaming' },
    });
    stream.on('error', () => {});
    await new Promise((resolve) => stream.write('half', resolve));
    stream.destroy();
    expect(await response).toMatchObject({ payload: Buffer.from('half'), errorType: 'Runtime.TruncatedResponse' });
  });

  it('an initialization error is kept, and nothing can follow it', async () => {
    const posted = await runtime('/init/error', { 'Lambda-Runtime-Function-Error-Type': 'Runtime.X' }, '{"a":1}');
    expect(posted.status).toBe(202);
    expect(session.initError).toMatchObject({ errorType: 'Runtime.X', payload: Buffer.from('{"a":1}') });
    expect(await next()).toMatchObject({ status: 403, body: { errorType: 'InvalidStateTransition' } });
    expect(await runtime('/init/error')).toMatchObject({ status: 403, body: { errorType: 'InvalidStateTransition' } });
  });

  it('there is nothing else', async () => {
    expect((await call('GET', '/2018-06-01/runtime/restore/next')).status).toBe(404);
    expect((await call('GET', '/2020-01-01/extension/register')).status).toBe(404);
  });
});

describe('the Extensions API', () => {
  it('registering answers with an identifier and the function', async () => {
    const plain = await register('sampler');
    expect(plain.status).toBe(200);
    expect(plain.headers.get('lambda-extension-identifier')).toMatch(/^[0-9a-f-]{36}$/);
    expect(plain.body).toEqual({ functionName: 'checkout', functionVersion: '$LATEST', handler: 'index.handler' });
    const features = { 'Lambda-Extension-Accept-Feature': 'x, accountId' };
    expect((await register('other', '{}', features)).body).toMatchObject({ accountId: '0123' });
  });

  it.each([
    ['no name', '', '{}', 'Extension.InvalidExtensionName'],
    ['SHUTDOWN', 'sampler', '{"events":["INVOKE","SHUTDOWN"]}', 'Extension.InvalidEventType'],
    ['an unknown event', 'sampler', '{"events":["BOOT"]}', 'Extension.InvalidEventType'],
    ['no JSON', 'sampler', 'events', 'InvalidRequestFormat'],
    ['events that are no list', 'sampler', '{"events":"INVOKE"}', 'InvalidRequestFormat'],
  ])('registering with %s is refused', async (_, name, body, errorType) => {
    expect(await register(name, body)).toMatchObject({ status: 403, body: { errorType } });
    expect(session.hasExtensions).toBe(false);
  });

  it('a name can be registered once, and ten extensions at most', async () => {
    await register('sampler');
    expect((await register('sampler')).body.errorType).toBe('Extension.InvalidExtensionState');
    for (let count = 1; count < 10; count++) expect((await register(`e${count}`)).status).toBe(200);
    expect((await register('eleventh')).body.errorType).toBe('Extension.TooManyExtensions');
  });

  it('registration closes when the runtime first asks for an invocation', async () => {
    park(next());
    await session.initialized;
    expect(await register('late')).toMatchObject({
      status: 403,
      body: { errorType: 'Extension.RegistrationClosed', errorMessage: 'Extension registration closed already' },
    });
  });

  it('initialization and invocation last until every extension has asked for the next event', async () => {
    const sampler = await identifier('sampler');
    const silent = await identifier('silent', '{"events":[]}');
    park(next());
    expect(await settled(session.initialized)).toBe(false);
    const event = extensionNext(sampler);
    park(extensionNext(silent));
    await session.initialized;

    const { idle } = session.invoke(invocation);
    expect(await event).toMatchObject({
      status: 200,
      body: {
        eventType: 'INVOKE',
        requestId: invocation.requestId,
        deadlineMs: invocation.deadlineMs,
        invokedFunctionArn: invocation.invokedFunctionArn,
        tracing: { type: 'X-Amzn-Trace-Id', value: invocation.traceId },
      },
    });
    await runtime(`/invocation/${invocation.requestId}/response`);
    park(next());
    expect(await settled(idle)).toBe(false);
    park(extensionNext(sampler));
    await idle;
  });

  it.each([
    ['no identifier', '', 'Extension.MissingExtensionIdentifier'],
    ['no UUID', 'sampler', 'Extension.InvalidExtensionIdentifier'],
    ['an unknown UUID', '8476a536-e9f4-11e8-9739-2dfe598c3fcd', 'Extension.UnknownExtensionIdentifier'],
  ])('a call with %s is refused', async (_, id, errorType) => {
    expect(await extensionNext(id)).toMatchObject({ status: 403, body: { errorType } });
  });

  it('errors need a type, and the first one counts', async () => {
    const id = await identifier('sampler');
    const report = (path: string, type?: string) =>
      call('POST', `/2020-01-01/extension/${path}`, {
        'Lambda-Extension-Identifier': id,
        ...(type ? { 'Lambda-Extension-Function-Error-Type': type } : {}),
      });
    expect(await report('exit/error')).toMatchObject({ status: 403, body: { errorType: 'Extension.MissingHeader' } });
    expect(await report('init/error', 'Extension.A')).toMatchObject({ status: 202, body: { status: 'OK' } });
    expect((await report('init/error', 'Extension.B')).status).toBe(202);
    expect((await report('exit/error', 'Extension.C')).body.errorType).toBe('Extension.InvalidExtensionState');
    expect((await extensionNext(id)).body.errorType).toBe('Extension.InvalidExtensionState');
    expect(session.extensionError).toBe('Extension.InitError');
  });
});
