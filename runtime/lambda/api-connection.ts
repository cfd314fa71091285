import type { Socket } from 'node:net';
import { NativePromise } from '../native-promise';
import { connectTo } from '../unseen-connection';
import { type HttpResponse, isWholeOk, parseResponse, requestText } from './http-message';

/** No answer of Lambda's API comes near it. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** What is asked of the API. */
export interface ApiRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Whether the process lives on for the answer. */
  keepsAlive: boolean;
}

/** Called once: with the whole response as it came, which is to be read before this returns, or with an error. */
export type OnResponse = (response: Buffer | undefined, error?: unknown) => void;

/**
 * A connection to Lambda's API on this host, for one request at a time. It outlives freezes; where it has broken, the
 * next request opens another one.
 *
 * As node:http does it, but that takes 5 ms more of each cold start, and half a millisecond of each invocation.
 * (node:net is loaded by Lambda's runtime client.)
 */
export class ApiConnection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer | undefined;
  #onResponse: OnResponse | undefined;

  /** @param address `host:port` */
  constructor(address: string) {
    const [host, port] = address.split(':');
    this.#host = host;
    this.#port = Number(port);
  }

  /** A request as it goes over the wire. */
  message({ method, path, headers, body = '' }: Omit<ApiRequest, 'keepsAlive'>): Buffer {
    return Buffer.from(requestText(method, path, { host: `${this.#host}:${this.#port}`, ...headers }, body));
  }

  /** @throws Error when the connection cannot be made or breaks before the whole response has come */
  async send(request: ApiRequest): Promise<HttpResponse> {
    const socket = this.#socket ?? (await this.#connect());
    return new NativePromise((resolve, reject) => {
      if (request.keepsAlive) socket.ref();
      this.exchange(this.message(request), (response, error) => {
        // A handler that waits for an empty event loop must find it empty.
        socket.unref();
        const parsed = response && parseResponse(response);
        if (parsed) resolve(parsed);
        else reject(error);
      });
    });
  }

  /** Sends a request of which only the response is wanted: this is done in each invocation, so it does next to nothing. */
  exchange(message: Buffer, onResponse: OnResponse): void {
    this.#onResponse = onResponse;
    this.#received = undefined;
    if (this.#socket) this.#socket.write(message);
    else void this.#connectAndWrite(message);
  }

  async #connectAndWrite(message: Buffer): Promise<void> {
    try {
      (await this.#connect()).write(message);
    } catch (error) {
      this.#finish(undefined, error);
    }
  }

  #take(chunk: Buffer): void {
    try {
      // The chunk's memory is used again.
      const received = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
      if (isWholeOk(received) || parseResponse(received)) this.#finish(received);
      else if (received.length > MAX_RESPONSE_BYTES) throw new Error('the response is longer than 1 MiB');
      else this.#received = Buffer.concat([received]);
    } catch (error) {
      this.#socket?.destroy();
      this.#socket = undefined;
      this.#finish(undefined, error);
    }
  }

  #finish(response: Buffer | undefined, error?: unknown): void {
    const onResponse = this.#onResponse;
    this.#onResponse = undefined;
    this.#received = undefined;
    onResponse?.(response, error);
  }

  async #connect(): Promise<Socket> {
    const socket = (await connectTo(this.#host, this.#port, { onRead: (chunk) => this.#take(chunk) }))
      .setNoDelay(true)
      .unref();
    this.#socket = socket;
    // What breaks between two requests is nobody's error.
    const lose = (error: Error) => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#finish(undefined, error);
    };
    socket.on('error', lose).on('close', () => lose(new Error('the API closed the connection')));
    return socket;
  }
}
