import { subscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';
import { PassThrough } from 'node:stream';
import { require } from '../require';
import { attached } from './hidden-properties';
import { attempt, attempted } from './never-throwing';
import type { Operation } from './operation';
import { announced, followed, replaceMethod } from './patched-methods';
import type { Recorder } from './recorder';
import { requestName } from './request-name';
import { isOwnWork, unnoted } from './unobserved';

type Headers = Record<string, unknown>;

/** Node.js reports streams from this version on. */
const TELLS_OF_STREAMS = 22;

/** Sees the requests of node:http2: each is a stream, on a connection that is read and written outside of JavaScript. */
export class Http2Requests {
  readonly #recorder: Recorder;
  readonly #requests = attached<{ operation: Operation; isAnswered: boolean }>();
  #isObserved = false;
  #seesParts = false;

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
    if (operation) this.#requests.set(stream, { operation, isAnswered: false });
    if (!this.#seesParts) this.#observeParts(stream);
  }

  /** What all streams inherit to note that something has come, or gone: it is to be had from a stream only. */
  #observeParts(stream: object): void {
    this.#seesParts = true;
    const prototype = Object.getPrototypeOf(Object.getPrototypeOf(stream));
    const name = Object.getOwnPropertySymbols(prototype).find(({ description }) => description === 'kUpdateTimer');
    if (!name) return;
    replaceMethod(prototype, name, (original) =>
      announced(original, (active) => this.#active(active as ClientHttp2Stream)),
    );
  }

  #active(stream: ClientHttp2Stream): void {
    const request = this.#requests.of(stream);
    // What is still being sent is noted as well.
    if (request?.isAnswered && stream.writableFinished)
      this.#recorder.wentOn(request.operation, bodyOf(request.operation));
  }

  #answered(stream: object): void {
    const request = this.#requests.of(stream);
    if (!request || request.isAnswered) return;
    request.isAnswered = true;
    this.#recorder.wentOn(request.operation, request.operation.what);
  }

  #closed(stream: object): void {
    const request = this.#requests.of(stream);
    if (!request) return;
    this.#requests.set(stream, undefined);
    const { operation, isAnswered } = request;
    this.#recorder.answered(operation, isAnswered ? bodyOf(operation) : operation.what);
  }
}

function bodyOf({ what }: Operation): string {
  return `${what}, body`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
