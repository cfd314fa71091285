import { ApiConnection, type ApiRequest } from './api-connection';
import type { HttpResponse } from './http-message';

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
  readonly #api: ApiConnection;
  #id = '';

  /** @param runtimeApi `host:port`, as in AWS_LAMBDA_RUNTIME_API */
  constructor(runtimeApi: string) {
    this.#api = new ApiConnection(runtimeApi);
  }

  /** To be awaited before initialization ends: registration closes when the runtime asks for its first event. */
  async register(): Promise<void> {
    const { headers } = await this.#ask('register', {
      method: 'POST',
      headers: { 'lambda-extension-name': 'profiled-fn', 'content-type': 'application/json' },
      body: '{"events":["INVOKE"]}',
      keepsAlive: true,
    });
    const id = headers['lambda-extension-identifier'];
    if (!id) throw new Error('the Extensions API gave no extension identifier');
    this.#id = id;
  }

  /** Asks for the next invocation: only now may Lambda freeze the environment. The event comes when the handler begins. */
  async next(): Promise<InvokeEvent> {
    const { body } = await this.#ask('event/next', {
      method: 'GET',
      headers: { 'lambda-extension-identifier': this.#id },
      keepsAlive: false,
    });
    const { requestId, deadlineMs } = JSON.parse(body) as InvokeEvent;
    return { requestId, deadlineMs };
  }

  async #ask(what: string, request: Omit<ApiRequest, 'path'>): Promise<HttpResponse> {
    const response = await this.#api.send({ ...request, path: `/2020-01-01/extension/${what}` });
    if (response.status === 200) return response;
    throw new Error(`the Extensions API answered ${response.status} to ${what}: ${response.body}`);
  }
}
