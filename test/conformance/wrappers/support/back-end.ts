import { createSocket, type Socket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync, inflateSync } from 'node:zlib';
import { TEST_CERTIFICATE_AND_KEY } from '../../../runtime/support/harness';
import { lumigoSpans, otlpSpans, sentryItems, xraySegment } from './reports';

/**
 * Stands in for what vendors send to: Sentry, Lumigo (over TLS, as `localhost`) and X-Ray's daemon (UDP). Keeps what was
 * said of invocations, without what differs between any two runs.
 */
export class BackEnd {
  /** In order of the alphabet: batches are cut by time. */
  get received(): string[] {
    return [...this.#received].sort();
  }

  readonly #received: string[] = [];
  readonly #http: Server;
  readonly #https: Server;
  readonly #daemon: Socket = createSocket('udp4');

  private constructor() {
    const take = (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#take(request, unzipped(request, Buffer.concat(chunks)).toString());
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    };
    this.#http = createServer(take);
    this.#https = createTlsServer(TEST_CERTIFICATE_AND_KEY, take);
    this.#daemon.on('message', (message) => this.#hear(message.toString()));
  }

  static async start(): Promise<BackEnd> {
    const backEnd = new BackEnd();
    const listening = [backEnd.#http, backEnd.#https].map(
      (server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
    );
    const bound = new Promise<void>((resolve) => backEnd.#daemon.bind(0, '127.0.0.1', resolve));
    await Promise.all([...listening, bound]);
    return backEnd;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get tlsPort(): number {
    return (this.#https.address() as AddressInfo).port;
  }

  get daemonPort(): number {
    return this.#daemon.address().port;
  }

  async close(): Promise<void> {
    this.#daemon.close();
    const closed = [this.#http, this.#https].map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    await Promise.all(closed);
  }

  #take({ url = '' }: IncomingMessage, body: string): void {
    if (url.includes('/envelope')) this.#received.push(...sentryItems(body));
    else if (url === '/api/spans') this.#received.push(...lumigoSpans(body));
    else this.#received.push(`another request: ${url}`);
  }

  /** A datagram: a line that says the format, and then a segment in JSON or the spans of OpenTelemetry. */
  #hear(datagram: string): void {
    const content = datagram.slice(datagram.indexOf('\n') + 1);
    const [, sampled, spans] = /^T1([SU])(.*)$/s.exec(content) ?? [];
    if (spans === undefined) this.#received.push(xraySegment(content));
    else this.#received.push(...otlpSpans(Buffer.from(spans, 'base64')).map((span) => `${sampled} ${span}`));
  }
}

function unzipped({ headers }: IncomingMessage, body: Buffer): Buffer {
  const encoding = headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'deflate' ? inflateSync(body) : body;
}
