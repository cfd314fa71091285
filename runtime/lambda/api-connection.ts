import type { Socket } from 'node:net';
import { NativePromise } from '../native-promise';
import { require } from '../require';
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

  /** @param address `host:port` */
  constructor(address: string) {
    const [host, port] = address.split(':');
    this.#host = host;
    this.#port = Number(port);
  }

  /** @throws Error when the connection cannot be made or breaks before the whole response has come */
  send({ method, path, headers, body = '', keepsAlive }: ApiRequest): Promise<HttpResponse> {
    return new NativePromise((resolve, reject) => {
      const socket = this.#socket ?? this.#connect();
      const finish = (settle: () => void) => {
        socket.off('data', onData).off('error', onError).off('close', onClose);
        // A handler that waits for an empty event loop must find it empty.
        socket.unref();
        settle();
      };
      let received: Buffer | undefined;
      const onData = (chunk: Buffer) => {
        received = received ? Buffer.concat([received, chunk]) : chunk;
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
      socket.on('error', onError).on('close', onClose).on('data', onData);
      if (keepsAlive) socket.ref();
      socket.write(requestText(method, path, { host: `${this.#host}:${this.#port}`, ...headers }, body));
    });
  }

  #connect(): Socket {
    const { connect } = require('node:net') as typeof import('node:net');
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true }).unref();
    this.#socket = socket;
    const forget = () => {
      if (this.#socket === socket) this.#socket = undefined;
    };
    // What breaks between two requests is nobody's error.
    socket.on('error', forget).on('close', forget);
    return socket;
  }
}
