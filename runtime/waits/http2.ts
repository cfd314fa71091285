import { subscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';
import { PassThrough } from 'node:stream';
import { require } from '../require';
import { attempt, attempted } from './attempt';
import type { Operation } from './operation';
import { isOwnWork, unnoted } from './own-work';
import type { Recorder } from './recorder';
import { requestName } from './request-name';
import { followed, replaceMethod } from './transparent';

type Headers = Record<string, unknown>;

/** Node.js tells of streams from this version on. */
const TELLS_OF_STREAMS = 22;

/** Sees the requests of node:http2: each is a stream, on a connection that is read and written outside of JavaScript. */
export class Http2Requests {
  readonly #recorder: Recorder;
  /** Of streams without an answer so far. */
  readonly #asked = new WeakMap<object, Operation>();
  /** Of streams whose answer has begun. */
  readonly #begun = new WeakMap<object, Operation>();
  #isObserved = false;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  observe(): void {
    if (Number.parseInt(process.versions.node, 10) < TELLS_OF_STREAMS) return;
    this.#isObserved = true;
    const listen = (event: string, see: (message: { stream: object; headers: Headers }) => void) =>
      subscribe(`http2.client.stream.${event}`, attempted(see as (message: unknown) => void));
    listen('created', ({ stream, headers }) => this.#created(stream, headers));
    listen('finish', ({ stream }) => this.#answered(stream));
    listen('close', ({ stream }) => this.#closed(stream));
  }

  /**
   * To be called when a connection is about to be made. Where Node.js does not tell of streams, sessions are seen
   * from the first one on, by the method that all of them inherit: it is to be had from a session only.
   */
  connecting(): void {
    if (
      this.#isObserved ||
      isOwnWork() ||
      !(process as { moduleLoadList?: string[] }).moduleLoadList?.includes('NativeModule http2')
    )
      return;
    this.#isObserved = true;
    const { connect } = require('node:http2') as typeof import('node:http2');
    const session = unnoted(() => connect('http://localhost', { createConnection: () => new PassThrough() }));
    replaceMethod(Object.getPrototypeOf(session), 'request', (original) =>
      followed(original, (call) => {
        const stream = call() as ClientHttp2Stream;
        attempt(() => this.#requested(stream));
        return stream;
      }),
    );
    session.destroy();
  }

  #requested(stream: ClientHttp2Stream): void {
    this.#created(stream, stream.sentHeaders);
    stream.prependOnceListener(
      'response',
      attempted(() => this.#answered(stream)),
    );
    stream.prependOnceListener(
      'close',
      attempted(() => this.#closed(stream)),
    );
  }

  #created(stream: object, headers: Headers): void {
    const host = String(headers[':authority'] ?? headers.host);
    if (!this.#recorder.notes(host)) return;
    const what = requestName({
      method: String(headers[':method'] ?? 'GET'),
      host,
      authorization: text(headers.authorization),
      target: text(headers['x-amz-target']),
    });
    const operation = this.#recorder.started('request', what);
    if (operation) this.#asked.set(stream, operation);
  }

  #answered(stream: object): void {
    const operation = this.#asked.get(stream);
    if (!operation) return;
    this.#asked.delete(stream);
    this.#begun.set(stream, operation);
    this.#recorder.wentOn(operation, operation.what);
  }

  #closed(stream: object): void {
    const unanswered = this.#asked.get(stream);
    const begun = this.#begun.get(stream);
    if (unanswered) this.#recorder.answered(unanswered);
    if (begun) this.#recorder.answered(begun, `${begun.what}, body`);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
