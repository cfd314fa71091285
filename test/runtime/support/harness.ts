import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type ExecutionEnvironment,
  type ExecutionEnvironmentOptions,
  startExecutionEnvironment,
} from '../../../local/lambda/execution-environment';
import type { Profile } from '../../../profile/model/profile';
import { decodeProfile } from '../../../profile/pprof/decode';
import { buildLayer } from '../../../scripts/layer.mjs';

/** An object that the runtime put. */
export interface PutObject {
  key: string;
  /** Profile type, from the key. */
  type: string;
  metadata: Record<string, string>;
  profile: Profile;
}

/** Self-signed, for `localhost`, for a hundred years; the key is for tests only. */
export const TEST_CERTIFICATE = join(import.meta.dirname, '../testdata/localhost.crt');
export const TEST_CERTIFICATE_AND_KEY = {
  cert: readFileSync(TEST_CERTIFICATE),
  key: readFileSync(join(import.meta.dirname, '../testdata/localhost.key')),
};

/** How the bucket answers a request; nothing: it stores the object. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What the handlers of all profiled functions are set to. */
export const LAYER_HANDLER = '/opt/profiled-fn/handler.handler';

/** A bucket that takes everything, unless told otherwise, and remembers it. */
export class RecordingBucket {
  readonly puts: PutObject[] = [];
  /** Requests that were begun, stored or not. */
  requests = 0;
  /** Answers a request itself and returns true, or returns false to have it stored. */
  fault: Fault = () => false;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param tls over TLS, as `localhost` with the certificate of `TEST_CERTIFICATE` */
  static async start(tls = false): Promise<RecordingBucket> {
    const take = (request: IncomingMessage, response: ServerResponse) => bucket.#take(request, response);
    const server = tls ? createTlsServer(TEST_CERTIFICATE_AND_KEY, take) : createServer(take);
    const bucket = new RecordingBucket(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return bucket;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  of(type: string): PutObject[] {
    return this.puts.filter((put) => put.type === type);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    this.requests++;
    if (this.fault(request, response)) {
      request.resume();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const key = decodeURIComponent(request.url ?? '').replace(/^\/[^/]*\//, '');
      const metadata: Record<string, string> = {};
      for (const [name, value] of Object.entries(request.headers)) {
        if (name.startsWith('x-amz-meta-')) metadata[name.slice('x-amz-meta-'.length)] = String(value);
      }
      if (!this.#hasStored(key, metadata)) {
        const profile = decodeProfile(gunzipSync(Buffer.concat(chunks)));
        this.puts.push({ key, type: key.split('/').at(-2) ?? '', metadata, profile });
      }
      response.end();
    });
  }

  /** On a busy machine our answer may come too late, and the snapshot once more: it replaces itself. */
  #hasStored(key: string, { start, end }: Record<string, string>): boolean {
    return this.puts.some(
      ({ key: other, metadata }) => other === key && metadata.start === start && metadata.end === end,
    );
  }
}

let layer: Promise<string> | undefined;

/** The layer, made from the sources: its folder. */
export function layerDirectory(): Promise<string> {
  layer ??= (async () => {
    const directory = temporaryDirectory();
    await buildLayer(directory);
    return directory;
  })();
  return layer;
}

const directories: string[] = [];
process.on('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'profiled-fn-'));
  directories.push(directory);
  return directory;
}

/** Variables for a function's environment, with which Node.js runs `script` before all else. */
export function preloaded(script: string): Record<string, string> {
  const file = join(temporaryDirectory(), 'preload.cjs');
  writeFileSync(file, script);
  return { NODE_OPTIONS: `--require ${file}` };
}

/**
 * Source of `spin(ms)`, which takes so much processor time, for the files of a function: on a busy machine it is longer, so
 * that V8 has time to see it.
 */
export const busy = `
function spin(ms) {
  const start = process.cpuUsage();
  while (process.cpuUsage(start).user < ms * 1000) {
    for (let i = 0; i < 50; i++) JSON.stringify({ a: [1, 2, 3], b: 'x'.repeat(100) });
  }
}
`;

export interface TestFunction {
  /** Path below the task root → text. */
  files: Record<string, string>;
  /** A folder that has `files` already. @default - a new folder, into which they are written */
  codeDirectory?: string;
  /** @default index.handler */
  handler?: string;
  environment?: Record<string, string>;
  /** @default 60 */
  timeoutSeconds?: number;
  /** @default 1024 - with less, instances that have not drawn otherwise run bare */
  memoryMb?: number;
  /** @default nodejs24.x */
  runtime?: string;
  /** A folder `node_modules` that its code sees next to it. */
  nodeModules?: string;
  /** Folders of layers that it has beside ours. */
  layers?: string[];
  /** What Lambda loads where it is profiled. @default - our handler */
  redirect?: string;
}

/** Writes a function's code into a new folder, and returns that. */
export async function writeCode({ files, nodeModules }: TestFunction): Promise<string> {
  const codeDirectory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(codeDirectory, path)), { recursive: true });
    writeFileSync(join(codeDirectory, path), text);
  }
  if (nodeModules) symlinkSync(nodeModules, join(codeDirectory, 'node_modules'));
  return codeDirectory;
}

/**
 * Starts the function as Lambda would: profiled into `bucket`, or bare without one; with the Node.js that
 * `PROFILED_FN_TEST_NODE` names, or the one that runs this.
 */
export async function startFunction(
  fn: TestFunction,
  bucket?: RecordingBucket,
  options: Partial<ExecutionEnvironmentOptions> = {},
): Promise<ExecutionEnvironment> {
  const codeDirectory = fn.codeDirectory ?? (await writeCode(fn));
  const handler = fn.handler ?? 'index.handler';
  const profiling: Record<string, string> = bucket
    ? {
        PROFILED_FN_HANDLER: handler,
        PROFILED_FN_BUCKET: 'profiles',
        PROFILED_FN_PREFIX: 'profiled-fn/Shop/Checkout',
        PROFILED_FN_CODE_HASH: 'c0dehash',
        // Not by a draw: tests are to have the same instance each time.
        PROFILED_FN_PROFILES: 'wall,heap,init',
        // At any cost: what has to be earned first depends on how fast this machine is.
        PROFILED_FN_COST_LIMIT: '1',
      }
    : {};
  return startExecutionEnvironment(
    {
      stackName: 'Shop',
      logicalId: 'Checkout',
      constructPath: 'Checkout',
      functionName: 'Shop-Checkout',
      runtime: fn.runtime ?? 'nodejs24.x',
      handler: bucket ? (fn.redirect ?? LAYER_HANDLER) : handler,
      timeoutSeconds: fn.timeoutSeconds ?? 60,
      memoryMb: fn.memoryMb ?? 1024,
      architecture: 'x86_64',
      environment: { ...profiling, ...fn.environment },
      codeDirectory,
      layerDirectories: [...(fn.layers ?? []), ...(bucket ? [await layerDirectory()] : [])],
      roleArn: 'arn:aws:iam::000000000000:role/checkout',
      region: 'eu-west-1',
    },
    {
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
      endpointUrl: bucket?.url ?? 'http://127.0.0.1:9',
      nodePath: process.env.PROFILED_FN_TEST_NODE,
      // On a busy machine initialization and the last flush may take longer than Lambda lets them.
      initTimeoutMs: 600_000,
      shutdownGraceMs: 30_000,
      ...options,
    },
  );
}

/** A line of our log. */
export interface OwnLine {
  kind: string;
  cause?: string;
}

/**
 * Our lines of a function's log, but not that a flush took longer than it may, as it does on a busy machine: what it
 * could not send is sent by the next.
 */
export function ownLines(output: readonly string[]): OwnLine[] {
  return output
    .filter((line) => line.includes('"source":"profiled-fn"'))
    .map((line) => JSON.parse(line) as OwnLine)
    .filter(({ kind, cause }) => !(kind === 'snapshot-not-stored' && cause?.startsWith('The operation was aborted')));
}

/** Sum of a profile's values of one sample type, in its unit; by the leaf's name where one is given. */
export function total(profile: Profile, sampleType: string, leaf?: string): number {
  const index = profile.sampleTypes.findIndex(({ type }) => type === sampleType);
  return profile.samples
    .filter(({ locations }) => leaf === undefined || locations[0]?.lines[0].fn.name === leaf)
    .reduce((sum, { values }) => sum + Number(values[index]), 0);
}
