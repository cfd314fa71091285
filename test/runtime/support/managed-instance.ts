import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { layerDirectory, type RecordingBucket, temporaryDirectory } from './harness';

/** AWS's runtime client 4, unchanged: it starts the worker threads itself. */
const RUNTIME_CLIENT = join(import.meta.dirname, '../../../node_modules/aws-lambda-ric/index.mjs');

/** In place of the client's native part, in each thread: it asks by HTTP already, and so are its answers sent. */
const NATIVE_PART = `
const Module = require('node:module');
const { request } = require('node:http');
const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const post = (id, outcome, body) =>
  request({ hostname, port, method: 'POST', path: '/2018-06-01/runtime/invocation/' + id + '/' + outcome }).end(body);
const load = Module._load;
Module._load = function (name, ...rest) {
  if (name !== './rapid-client.node') return load.call(this, name, ...rest);
  return { done: (id, body) => post(id, 'response', body), error: (id, body) => post(id, 'error', body) };
};`;

/** What Lambda got for an invocation. */
export interface Outcome {
  outcome: 'response' | 'error';
  body: unknown;
}

/** A Lambda Managed Instance: worker threads that take concurrent invocations, and no freeze. */
export class ManagedInstance {
  readonly log: string[] = [];
  readonly #server: Server;
  readonly #asking: ServerResponse[] = [];
  readonly #waiting: { id: string; event: unknown }[] = [];
  readonly #pending = new Map<string, (outcome: Outcome) => void>();
  #process: ChildProcess | undefined;
  #count = 0;

  private constructor() {
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  /**
   * @param code of `index.js`, which exports `handler`
   * @param bucket profiled into it; bare without
   */
  static async start(code: string, threads: number, bucket?: RecordingBucket): Promise<ManagedInstance> {
    const instance = new ManagedInstance();
    await new Promise<void>((resolve) => instance.#server.listen(0, '127.0.0.1', resolve));
    const directory = temporaryDirectory();
    const nativePart = join(directory, 'lib/native-part.cjs');
    mkdirSync(dirname(nativePart));
    writeFileSync(nativePart, NATIVE_PART);
    writeFileSync(join(directory, 'index.js'), code);
    const profiling = bucket && {
      _HANDLER: join(await layerDirectory(), 'profiled-fn/handler.handler'),
      PROFILED_FN_HANDLER: 'index.handler',
      PROFILED_FN_BUCKET: 'profiles',
      PROFILED_FN_PREFIX: 'profiled-fn/Shop/Checkout',
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: '100',
      PROFILED_FN_COST_LIMIT: '1',
      PROFILED_FN_ENDPOINT_URL: bucket.url,
    };
    instance.#process = spawn(process.execPath, ['--require', nativePart, RUNTIME_CLIENT], {
      env: {
        _HANDLER: 'index.handler',
        LAMBDA_TASK_ROOT: directory,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(instance.#server.address() as AddressInfo).port}`,
        AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
        AWS_LAMBDA_MAX_CONCURRENCY: '8',
        AWS_LAMBDA_NODEJS_WORKER_COUNT: String(threads),
        AWS_LAMBDA_FUNCTION_NAME: 'Shop-Checkout',
        AWS_LAMBDA_FUNCTION_VERSION: '7',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048',
        AWS_LAMBDA_LOG_GROUP_NAME: 'group',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKID',
        AWS_SECRET_ACCESS_KEY: 'secret',
        ...profiling,
      },
    });
    for (const stream of [instance.#process.stdout, instance.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => instance.log.push(...text.trimEnd().split('\n')));
    }
    return instance;
  }

  /** Hands an event to whichever thread asks next, at once or when one does. */
  invoke(event: unknown): Promise<Outcome> {
    const id = `request-${++this.#count}`;
    this.#waiting.push({ id, event });
    this.#handOut();
    return new Promise((resolve) => this.#pending.set(id, resolve));
  }

  async close(): Promise<void> {
    const running = this.#process;
    if (!running) return;
    this.#process = undefined;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handOut(): void {
    while (this.#asking.length > 0 && this.#waiting.length > 0) {
      const response = this.#asking.shift();
      const next = this.#waiting.shift();
      if (!next) return;
      response?.writeHead(200, {
        'Lambda-Runtime-Aws-Request-Id': next.id,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + 10_000),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:000000000000:function:Shop-Checkout',
      });
      response?.end(JSON.stringify(next.event));
    }
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const [, id, outcome] = /\/invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? '') ?? [];
    if (!id) {
      if (!request.url?.endsWith('/invocation/next')) throw new Error(`Nothing is known of ${request.url}.`);
      this.#asking.push(response);
      this.#handOut();
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      response.writeHead(202).end();
      this.#pending.get(id)?.({ outcome: outcome as Outcome['outcome'], body: text && JSON.parse(text) });
    });
  }
}
