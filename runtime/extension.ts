import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Agent, httpRequest } from './node-http';

/** The event that the Extensions API gives for each invocation. */
export interface InvokeEvent {
  requestId: string;
  /** Milliseconds since the epoch at which the invocation times out. */
  deadlineMs: number;
}

/**
 * An internal extension: it lives in the runtime's process, and as long as it has not asked for the next event Lambda
 * does not freeze the environment. That holds it open after the response has left.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class InternalExtension {
  readonly #hostname: string;
  readonly #port: string;
  /** One connection, on this host: it outlives a freeze. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #id = '';

  /** @param runtimeApi `host:port`, as in AWS_LAMBDA_RUNTIME_API */
  constructor(runtimeApi: string) {
    [this.#hostname, this.#port] = runtimeApi.split(':');
  }

  /** To be awaited before initialization ends: registration closes when the runtime asks for its first event. */
  async register(): Promise<void> {
    const response = await this.#send(
      'POST',
      'register',
      { 'lambda-extension-name': 'profiled-fn' },
      '{"events":["INVOKE"]}',
    );
    const id = response.headers['lambda-extension-identifier'];
    if (typeof id !== 'string') throw new Error('the Extensions API gave no extension identifier');
    this.#id = id;
  }

  /**
   * Asks for the next invocation: only now may Lambda freeze the environment.
   *
   * The event comes together with the invocation. To take it in costs half a millisecond, which would be one of the
   * handler's, so it is left in the socket until `answered` resolves.
   */
  async next(answered: Promise<void>): Promise<InvokeEvent> {
    const { body } = await this.#send(
      'GET',
      'event/next',
      { 'lambda-extension-identifier': this.#id },
      '',
      (socket) => {
        // While an invocation runs we wait for nothing: handlers that wait for an empty event loop must find it empty.
        socket.unref();
        socket.pause();
        void answered.then(() => socket.resume());
      },
    );
    const { requestId, deadlineMs } = JSON.parse(body) as InvokeEvent;
    return { requestId, deadlineMs };
  }

  #send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string,
    onSocket: (socket: Socket) => void = () => {},
  ): Promise<{ headers: IncomingMessage['headers']; body: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        hostname: this.#hostname,
        port: this.#port,
        path: `/2020-01-01/extension/${path}`,
        method,
        headers,
        agent: this.#agent,
      });
      outgoing.on('socket', onSocket);
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve({ headers: response.headers, body: text });
          else reject(new Error(`the Extensions API answered ${response.statusCode} to ${path}: ${text}`));
        });
      });
      outgoing.end(body);
    });
  }
}
