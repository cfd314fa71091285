import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, inflateSync } from 'node:zlib';

/**
 * Stands in for what vendors send to: Sentry. Keeps what was said of
 * invocations, without what differs between any two runs.
 */
export class BackEnd {
  /** In order of the alphabet: batches are cut by time. */
  get received(): string[] {
    return [...this.#received].sort();
  }

  readonly #received: string[] = [];
  readonly #http: Server;

  private constructor() {
    this.#http = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#take(request, unzipped(request, Buffer.concat(chunks)).toString());
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<BackEnd> {
    const backEnd = new BackEnd();
    await new Promise<void>((resolve) => backEnd.#http.listen(0, '127.0.0.1', resolve));
    return backEnd;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    this.#http.closeAllConnections();
    return new Promise((resolve) => this.#http.close(() => resolve()));
  }

  #take({ url = '' }: IncomingMessage, body: string): void {
    if (url.includes('/envelope')) this.#received.push(...sentryItems(body));
    else this.#received.push(`another request: ${url}`);
  }
}

function unzipped({ headers }: IncomingMessage, body: Buffer): Buffer {
  const encoding = headers['content-encoding'];
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'deflate' ? inflateSync(body) : body;
}

interface SentryEvent {
  type?: string;
  transaction?: string;
  spans?: { op?: string; description?: string }[];
  exception?: { values: { type: string; value: string; mechanism?: object }[] };
}

/** Lines: the head of the envelope, and for each item a head and its content. */
function sentryItems(envelope: string): string[] {
  const lines = envelope.split('\n').slice(1);
  return lines.flatMap((line, i) => {
    if (i % 2 === 1 || line === '') return [];
    const { type } = JSON.parse(line) as { type: string };
    if (type !== 'event' && type !== 'transaction') return [];
    const { transaction, spans = [], exception } = JSON.parse(lines[i + 1]) as SentryEvent;
    const errors = exception?.values.map(({ type: name, value, mechanism }) => ({ name, value, mechanism }));
    return [
      JSON.stringify({
        type,
        transaction,
        spans: spans.map(({ op, description }) => `${op} ${description}`).sort(),
        errors,
      }),
    ];
  });
}
