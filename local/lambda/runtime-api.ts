import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Invocation, RuntimeApiError, type RuntimeResponse, RuntimeSession } from './runtime-session';

/** What `/extension/register` tells an extension about the function. */
export interface FunctionMetadata {
  functionName: string;
  functionVersion: string;
  handler: string;
  accountId: string;
}

/** Lambda's limit for a response that is not streamed, in bytes. */
export const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/**
 * Lambda's Runtime API (2018-06-01) and Extensions API (2020-01-01) of one execution environment, on 127.0.0.1.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #metadata: FunctionMetadata;
  #session = new RuntimeSession();

  private constructor(metadata: FunctionMetadata) {
    this.#metadata = metadata;
    // Errors of the runtime travel in headers and trailers, with their stack: Node.js's 16 KB are too few.
    this.#server = createServer({ maxHeaderSize: 2 * MAX_RESPONSE_BYTES }, (request, response) => {
      this.#handle(request, response).catch((error) => sendError(response, error));
    });
    // A poll lasts as long as nobody invokes, and a frozen process answers nobody.
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  static async listen(metadata: FunctionMetadata): Promise<RuntimeApi> {
    const api = new RuntimeApi(metadata);
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** Host and port: `AWS_LAMBDA_RUNTIME_API`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /**
   * Begins the life of a new runtime process; requests of the one before are no longer heard.
   *
   * @param socket - a connection that the process inherits and speaks HTTP over, like over any other
   */
  startSession(socket: Duplex): RuntimeSession {
    this.#server.closeAllConnections();
    this.#session = new RuntimeSession();
    // A process that is killed resets the connection; its end is noticed elsewhere.
    socket.on('error', () => {});
    this.#server.emit('connection', socket);
    return this.#session;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#session;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, requestId = '', outcome = ''] = INVOCATION_OUTCOME.exec(pathname) ?? [];
    const route = outcome ? `/2018-06-01/runtime/invocation/{id}/${outcome}` : pathname;
    switch (`${request.method} ${route}`) {
      case 'GET /2018-06-01/runtime/invocation/next':
        return session.runtimeNext((invocation) => sendInvocation(response, invocation));
      case 'POST /2018-06-01/runtime/invocation/{id}/response':
        return receiveResponse(session, decodeURIComponent(requestId), request, response);
      case 'POST /2018-06-01/runtime/invocation/{id}/error': {
        session.beginResponse(decodeURIComponent(requestId), 'InvocationErrorResponse');
        session.completeResponse(await receiveError(request));
        return sendAccepted(response);
      }
      case 'POST /2018-06-01/runtime/init/error': {
        session.failInit(await receiveError(request));
        return sendAccepted(response);
      }
      case 'POST /2020-01-01/extension/register':
        return this.#register(session, request, response);
      case 'GET /2020-01-01/extension/event/next':
        return session.extensionNext(header(request, EXTENSION_IDENTIFIER), (invocation) =>
          sendExtensionEvent(response, invocation),
        );
      case 'POST /2020-01-01/extension/init/error':
      case 'POST /2020-01-01/extension/exit/error': {
        const state = route.endsWith('/init/error') ? 'InitError' : 'ExitError';
        session.failExtension(header(request, EXTENSION_IDENTIFIER), header(request, EXTENSION_ERROR_TYPE), state);
        return sendAccepted(response);
      }
      default:
        send(response, 404, { 'Content-Type': 'text/plain' }, '404 page not found\n');
    }
  }

  async #register(session: RuntimeSession, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { body } = await readBody(request);
    const id = session.registerExtension(header(request, EXTENSION_NAME) ?? '', parseEvents(body));
    const { accountId, ...metadata } = this.#metadata;
    const features = (header(request, ACCEPT_FEATURE) ?? '').split(',').map((feature) => feature.trim());
    const answer = features.includes('accountId') ? { ...metadata, accountId } : metadata;
    send(response, 200, { ...JSON_TYPE, 'Lambda-Extension-Identifier': id }, JSON.stringify(answer));
  }
}

const INVOCATION_OUTCOME = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/;
const EXTENSION_IDENTIFIER = 'lambda-extension-identifier';
const EXTENSION_NAME = 'lambda-extension-name';
const EXTENSION_ERROR_TYPE = 'lambda-extension-function-error-type';
const ACCEPT_FEATURE = 'lambda-extension-accept-feature';
const RESPONSE_MODE = 'lambda-runtime-function-response-mode';
const RUNTIME_ERROR_TYPE = 'lambda-runtime-function-error-type';
const JSON_TYPE = { 'Content-Type': 'application/json' };

async function receiveResponse(
  session: RuntimeSession,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  session.beginResponse(requestId, 'InvocationResponse');
  const contentType = header(request, 'content-type');
  const mode = header(request, RESPONSE_MODE);
  const streaming = mode === 'streaming';
  if (mode && !streaming) {
    session.completeResponse({ payload: Buffer.alloc(0), errorType: 'Runtime.InvalidResponseModeHeader' });
    throw new RuntimeApiError(400, 'InvalidFunctionResponseMode', 'Invalid function response mode');
  }
  const { body, complete } = await readBody(request);
  if (!complete) {
    session.completeResponse({ payload: body, contentType, errorType: 'Runtime.TruncatedResponse' });
    throw new RuntimeApiError(400, 'TruncatedHTTPRequest', 'HTTP request detected as truncated');
  }
  if (streaming) {
    const trailers = Object.fromEntries(Object.entries(request.trailers).map(([name, value]) => [name, value ?? '']));
    session.completeResponse({ payload: body, contentType, trailers, errorType: trailers[RUNTIME_ERROR_TYPE] });
  } else if (body.length > MAX_RESPONSE_BYTES) {
    const errorType = 'Function.ResponseSizeTooLarge';
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
    session.completeResponse({ payload: Buffer.from(JSON.stringify({ errorMessage, errorType })), errorType });
    const message = `Exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
    throw new RuntimeApiError(413, 'RequestEntityTooLarge', message);
  } else {
    session.completeResponse({ payload: body, contentType });
  }
  sendAccepted(response);
}

async function receiveError(request: IncomingMessage): Promise<RuntimeResponse> {
  const { body } = await readBody(request);
  const errorType = header(request, RUNTIME_ERROR_TYPE) ?? 'Runtime.Unknown';
  return { payload: body, contentType: header(request, 'content-type'), errorType };
}

function parseEvents(body: Buffer): string[] {
  const fail = (reason: string) => new RuntimeApiError(403, 'InvalidRequestFormat', reason);
  let request: { events?: unknown };
  try {
    request = Object(JSON.parse(body.toString()));
  } catch (error) {
    throw fail((error as Error).message);
  }
  const events = request.events ?? [];
  if (!Array.isArray(events) || !events.every((event) => typeof event === 'string')) {
    throw fail('events must be an array of strings');
  }
  return events;
}

function sendInvocation(response: ServerResponse, invocation: Invocation): void {
  const headers: Record<string, string> = {
    ...JSON_TYPE,
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': String(invocation.deadlineMs),
    'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedFunctionArn,
    'Lambda-Runtime-Trace-Id': invocation.traceId,
  };
  if (invocation.clientContext) headers['Lambda-Runtime-Client-Context'] = invocation.clientContext;
  if (invocation.cognitoIdentity) headers['Lambda-Runtime-Cognito-Identity'] = invocation.cognitoIdentity;
  send(response, 200, headers, invocation.payload);
}

function sendExtensionEvent(response: ServerResponse, invocation: Invocation): void {
  const event = {
    eventType: 'INVOKE',
    deadlineMs: invocation.deadlineMs,
    requestId: invocation.requestId,
    invokedFunctionArn: invocation.invokedFunctionArn,
    tracing: { type: 'X-Amzn-Trace-Id', value: invocation.traceId },
  };
  send(response, 200, { ...JSON_TYPE, 'Lambda-Extension-Event-Identifier': randomUUID() }, JSON.stringify(event));
}

function sendAccepted(response: ServerResponse): void {
  send(response, 202, JSON_TYPE, '{"status":"OK"}\n');
}

function sendError(response: ServerResponse, error: unknown): void {
  const { status, type, message } =
    error instanceof RuntimeApiError
      ? error
      : { status: 500, type: 'InternalServerError', message: `Internal Server Error: ${error}` };
  send(response, status, JSON_TYPE, JSON.stringify({ errorMessage: message, errorType: type }));
}

/** In one piece and with its length: the stand-in for the native client reads nothing else. */
function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string | Buffer): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The body, as far as it came; not `complete` where the connection ended before it. */
async function readBody(request: IncomingMessage): Promise<{ body: Buffer; complete: boolean }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // The connection was reset; `complete` tells.
  }
  return { body: Buffer.concat(chunks), complete: request.complete };
}
