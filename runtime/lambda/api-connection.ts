import type { Socket } from 'node:net';
import { NativePromise } from '../native-promise';
import { connectTo } from '../unseen-connection';
import { type HttpResponse, parseResponse, requestText } from './http-message';

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

/**
 * A connection to Lambda's API on this host, for one request at a time. It outlives freezes; where it has broken, the
 * next request opens another one.
 *
 * As node:http does it, but that takes 5 ms more of each cold start. (node:net is loaded by Lambda's runtime client.)
 */
export class ApiConnection {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #onRead: ((chunk: Buffer) => void) | undefined;

  /** @param address `host:port` */
  constructor(address: string) {
    const [host, port] = address.split(':');
    this.#host = host;
    this.#port = Number(port);
  }

  /** @throws Error when the connection cannot be made or breaks before the whole response has come */
  async send({ method, path, headers, body = '', keepsAlive }: ApiRequest): Promise<HttpResponse> {
    const socket = this.#socket ?? (await this.#connect());
    return new NativePromise((resolve, reject) => {
      const finish = (settle: () => void) => {
        this.#onRead = undefined;
        socket.off('error', onError).off('close', onClose);
        // A handler that waits for an empty event loop must find it empty.
        socket.unref();
        settle();
      };
      let received: Buffer | undefined;
      this.#onRead = (chunk) => {
        received = Buffer.concat(received ? [received, chunk] : [chunk]);
        try {
          const response = parseResponse(received);
          if (response) finish(() => resolve(response));
          else if (received.length > MAX_RESPONSE_BYTES) throw new Error('the response is longer than 1 MiB');
        } catch (error) {
          socket.destroy();
          finish(() => reject(error));
        }
      };
      const onError = (error: Error) => finish(() => reject(error));
      const onClose = () => finish(() => reject(new Error('the API closed the connection')));
      socket.on('error', onError).on('close', onClose);
      if (keepsAlive) socket.ref();
      socket.write(requestText(method, path, { host: `${this.#host}:${this.#port}`, ...headers }, body));
    });
  }

  async #connect(): Promise<Socket> {
    const socket = (await connectTo(this.#host, this.#port, { onRead: (chunk) => this.#onRead?.(chunk) }))
      .setNoDelay(true)
      .unref();
    this.#socket = socket;
    const forget = () => {
      if (this.#socket === socket) this.#socket = undefined;
    };
    // What breaks between two requests is nobody's error.
    socket.on('error', forget).on('close', forget);
    return socket;
  }
}
