import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Variable } from '../lib/contract/environment';
import { DEFAULT_PREFIX, functionPrefix } from '../lib/contract/keys';
import { METADATA_HEADER } from '../lib/contract/metadata';
import { LAYER_HANDLER } from '../lib/contract/places';
import { type ExecutionEnvironment, startExecutionEnvironment } from '../local/lambda/execution-environment';
import { assetPath } from '../local/package-assets';
import type { DeployedFunction } from '../local/types';
import type { Profile } from '../profile/model/profile';
import { decodeProfile } from '../profile/pprof/decode';
import { conformanceModules, type NodeBinary, nodeBinary } from './node-binaries';

/** Who profiles the function: nobody, our layer as it comes, or Datadog's native profiler at the same rates. */
export type Profiler = 'none' | 'profiled-fn' | 'datadog';

export interface StartOptions {
  profiler: Profiler;
  /** @default - the Node.js that runs the bench */
  node?: NodeBinary;
  /** The function: a module of `handlers/`, without its extension. */
  module: string;
  /** Added to the function's variables. */
  environment?: Record<string, string>;
  /** @default 1024 */
  memoryMb?: number;
  /** @default 60 */
  timeoutSeconds?: number;
  /** Whether it gets the memory and the share of a processor that Lambda gives it; see `startExecutionEnvironment`. */
  resources?: 'machine' | 'lambda';
}

/** What the bucket got. */
export interface StoredProfile {
  /** Profile type, from the key. */
  type: string;
  metadata: Record<string, string>;
  /** Decoded when it is asked for: the bench's own work stays out of what it measures. */
  profile(): Profile;
}

/** Datadog's profile, as its wrapper returns it for an event with \`takeProfile\`. */
export interface DatadogProfile {
  types: string[];
  /** Function names, leaf first, with a value for each type. */
  stacks: { stack: string[]; value: number[] }[];
}

/** The `node_modules` with @datadog/pprof: never a dependency of ours, but of a wrapper that conformance tests run. */
export function datadogModules(): string {
  return conformanceModules('wrappers');
}

/** The bucket that the functions of a bench write to, and their execution environments. */
export class Workspace {
  readonly stored: StoredProfile[] = [];
  readonly #bucket: Server;

  private constructor(bucket: Server) {
    this.#bucket = bucket;
  }

  /** @param bucketLatencyMs how long the bucket takes to answer */
  static async create(bucketLatencyMs = 0): Promise<Workspace> {
    const bucket = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const type = request.url?.split('/').at(-2) ?? '';
        const metadata: Record<string, string> = {};
        for (const [name, value] of Object.entries(request.headers)) {
          if (name.startsWith(METADATA_HEADER)) metadata[name.slice(METADATA_HEADER.length)] = String(value);
        }
        workspace.stored.push({ type, metadata, profile: () => decodeProfile(gunzipSync(Buffer.concat(chunks))) });
        setTimeout(() => response.end(), bucketLatencyMs);
      });
    });
    const workspace = new Workspace(bucket);
    await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
    return workspace;
  }

  /** Starts an execution environment of its own for a function. */
  start(options: StartOptions): Promise<ExecutionEnvironment> {
    const { profiler, module, environment = {}, memoryMb = 1024, timeoutSeconds = 60, resources } = options;
    const node = options.node ?? nodeBinary(process.execPath);
    const fn: DeployedFunction = {
      stackName: 'Bench',
      logicalId: 'Handler',
      constructPath: 'Handler',
      functionName: 'bench-handler',
      runtime: node.runtime,
      handler: `${module}.handler`,
      timeoutSeconds,
      memoryMb,
      architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      environment,
      codeDirectory: join(import.meta.dirname, 'handlers'),
      layerDirectories: [],
      roleArn: 'arn:aws:iam::000000000000:role/bench',
      region: 'us-east-1',
    };
    if (profiler === 'profiled-fn') {
      fn.handler = LAYER_HANDLER;
      fn.layerDirectories = [assetPath('layer')];
      fn.environment = {
        [Variable.HANDLER]: `${module}.handler`,
        [Variable.BUCKET]: 'bench',
        [Variable.PREFIX]: functionPrefix(DEFAULT_PREFIX, fn.stackName, fn.constructPath),
        ...environment,
      };
    }
    if (profiler === 'datadog') {
      fn.handler = 'datadog.handler';
      fn.environment = { BENCH_MODULE: `./${module}.cjs`, ...environment };
    }
    const modulePaths = [join(import.meta.dirname, '../node_modules')];
    if (profiler === 'datadog') modulePaths.push(datadogModules());
    return startExecutionEnvironment(fn, {
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
      endpointUrl: `http://127.0.0.1:${(this.#bucket.address() as AddressInfo).port}`,
      nodePath: node.path,
      modulePaths,
      ...(resources ? { resources } : {}),
    });
  }

  close(): void {
    this.#bucket.closeAllConnections();
    this.#bucket.close();
  }
}
