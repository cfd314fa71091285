import { ApiConnection } from './api-connection';
import { parseResponse } from './http-message';

/** The event that the Extensions API gives for each invocation. */
export interface InvokeEvent {
  requestId: string;
  /** Milliseconds since the epoch at which the invocation times out. */
  deadlineMs: number;
}

/** Called with an event as it came, which `readEvent` reads, or with an error. */
export type OnEvent = (event: Buffer | undefined, error?: unknown) => void;

/**
 * An internal extension: it lives in the runtime's process, and as long as it has not asked for the next event Lambda
 * does not freeze the environment. That holds it open after the response has left.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class InternalExtension {
  readonly #api: ApiConnection;
  #next: Buffer = Buffer.alloc(0);

  /** @param runtimeApi `host:port`, as in AWS_LAMBDA_RUNTIME_API */
  constructor(runtimeApi: string) {
    this.#api = new ApiConnection(runtimeApi);
  }

  /**
   * To be awaited before initialization ends: registration closes when the runtime asks for its first event.
   *
   * @param hearsOfInvocations otherwise it gets no events, is asked for once and holds nothing: Lambda sends SIGTERM all
   * the same
   */
  async register(hearsOfInvocations: boolean): Promise<void> {
    const { status, headers, body } = await this.#api.send({
      method: 'POST',
      path: pathOf('register'),
      headers: { 'lambda-extension-name': 'profiled-fn', 'content-type': 'application/json' },
      body: JSON.stringify({ events: hearsOfInvocations ? ['INVOKE'] : [] }),
      keepsAlive: true,
    });
    if (status !== 200) throw refusal('register', status, body);
    const id = headers['lambda-extension-identifier'];
    if (!id) throw new Error('the Extensions API gave no extension identifier');
    this.#next = this.#api.message({
      method: 'GET',
      path: pathOf('event/next'),
      headers: { 'lambda-extension-identifier': id },
    });
  }

  /**
   * Asks for the next invocation: only now may Lambda freeze the environment. The event comes when the handler begins. In
   * each invocation this runs on the main thread, so it reads nothing of an event.
   */
  next(onEvent: OnEvent): void {
    this.#api.exchange(this.#next, onEvent);
  }
}

/** @throws Error when it is none */
export function readEvent(event: Buffer): InvokeEvent {
  const response = parseResponse(event);
  if (response?.status !== 200) throw refusal('event/next', response?.status, response?.body);
  const { requestId, deadlineMs } = JSON.parse(response.body) as InvokeEvent;
  return { requestId, deadlineMs };
}

function pathOf(what: string): string {
  return `/2020-01-01/extension/${what}`;
}

function refusal(what: string, status: number | undefined, body = ''): Error {
  return new Error(`the Extensions API answered ${status} to ${what}: ${body}`);
}
