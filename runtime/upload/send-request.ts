import type { Socket } from 'node:net';
import { type HttpResponse, parseResponse, requestHead } from '../lambda/http-message';
import { NativePromise } from '../native-promise';
import { require } from '../require';
import { connectTo, genuine } from '../unseen-connection';
import type { Endpoint } from './s3-endpoint';

/** No answer of S3 to an upload comes near it. */
const MAX_RESPONSE_BYTES = 64 * 1024;

/** A request with its body. */
export interface OutgoingRequest {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * Sends one request over a connection of its own, which would not survive a freeze, and gives the whole response.
 *
 * Not by node:http, which tracers watch, and which takes longer to load.
 *
 * @throws Error of the connection, or the reason of `signal`
 */
export async function sendRequest(
  { protocol, hostname, port }: Endpoint,
  request: OutgoingRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const isTls = protocol === 'https:';
  // Of an IPv6 address in brackets, which are the URL's.
  const host = hostname.replace(/^\[|\]$/g, '');
  const send = async () => {
    socket = await connectTo(host, Number(port || (isTls ? 443 : 80)), { signal });
    return await exchange(isTls ? secured(socket, host) : socket, request);
  };
  let socket: Socket | undefined;
  signal.throwIfAborted();
  const aborted = new NativePromise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await NativePromise.race([send(), aborted]);
  } finally {
    socket?.destroy();
  }
}

function secured(socket: Socket, host: string): Socket {
  const { connect } = require('node:tls') as typeof import('node:tls');
  const { isIP } = require('node:net') as typeof import('node:net');
  return genuine(connect)({
    socket,
    // What the certificate has to be for.
    host,
    // A name for the server to choose its certificate by; TLS knows no addresses there.
    servername: isIP(host) ? '' : host,
    ALPNProtocols: ['http/1.1'],
  });
}

function exchange(socket: Socket, { method, path, headers, body }: OutgoingRequest): Promise<HttpResponse> {
  return new NativePromise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const read = (isAll: boolean, otherwise?: Error) => {
      try {
        const response = parseResponse(received, isAll);
        if (response) resolve(response);
        else if (received.length > MAX_RESPONSE_BYTES) throw new Error('the response is longer than 64 KiB');
        else if (otherwise) throw otherwise;
      } catch (error) {
        reject(error);
      }
    };
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      read(false);
    });
    // A server that refuses may do so before it has the whole body.
    socket.on('error', (error) => read(true, error));
    socket.on('close', () => read(true, new Error('the server closed the connection')));
    // Handlers that wait for an empty event loop must find it empty.
    socket.unref();
    socket.write(requestHead(method, path, { ...headers, connection: 'close' }));
    socket.write(body);
  });
}
