import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { assetPath } from '../package-assets';
import type { Credentials, DeployedFunction } from '../types';

export interface LaunchOptions {
  /** Of the function's role. */
  credentials: Credentials;
  /** Where the AWS SDKs send every request: `AWS_ENDPOINT_URL`. */
  endpointUrl: string;
  /**
   * Folders that stand for the modules Lambda has on board, such as the AWS SDK.
   * @default - the `node_modules` of the working directory and of the folders above it
   */
  modulePaths?: string[];
  /**
   * Major version of AWS's runtime client. 3 has callback handlers, 4 refuses them.
   * @default - the one that the function's runtime has: 3 up to nodejs22.x, 4 from nodejs24.x
   */
  ric?: 3 | 4;
  /** @default - the Node.js that runs this, whatever the function's runtime */
  nodePath?: string;
}

/** How to start a function's process. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
}

/** The version of a function that says none: the one that an invocation without qualifier runs. */
const LATEST = '$LATEST';

export function functionVersion({ version = LATEST }: DeployedFunction): string {
  return version;
}

/**
 * The command line and the environment with which Lambda starts a function's runtime, on this machine's paths.
 *
 * @param runtimeApi - host and port of the Runtime API
 * @throws where the function is not for Node.js, or its code or handler's layer is not there
 */
export function planLaunch(fn: DeployedFunction, runtimeApi: string, options: LaunchOptions): Launch {
  const cwd = resolve(fn.codeDirectory);
  if (!existsSync(cwd)) {
    throw new Error(`${fn.functionName}: its code directory ${cwd} is missing. Synthesize the app again: cdk synth.`);
  }
  const command = options.nodePath ?? process.execPath;
  const runtimeClient = assetPath(`local/ric-${options.ric ?? runtimeClientVersion(fn)}/index.mjs`);
  // As in Lambda's bootstrap script: a tenth of the memory for the young generation.
  const newSpaceMb = Math.floor(fn.memoryMb / 10);
  return {
    command,
    args: [
      '--expose-gc',
      '--max-http-header-size=81920',
      `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
      `--max-old-space-size=${fn.memoryMb - newSpaceMb}`,
      assetPath('local/bootstrap.mjs'),
      runtimeClient,
    ],
    env: {
      ...overridableEnvironment(fn, command, options.modulePaths ?? moduleFolders(process.cwd())),
      ...fn.environment,
      ...reservedEnvironment(fn, runtimeApi, dirname(runtimeClient), options),
    },
    cwd,
  };
}

/** Id of the account that the function's role belongs to. */
export function accountId(fn: DeployedFunction): string {
  return fn.roleArn.split(':')[4] ?? '';
}

/**
 * A handler in a layer, `/opt/folder/file.export`, as it is found on this machine; any other as it is.
 *
 * @throws where no layer has the file
 */
export function resolveHandler(fn: DeployedFunction): string {
  if (!fn.handler.startsWith('/opt/')) return fn.handler;
  const handler = fn.handler.slice('/opt/'.length);
  const dot = handler.indexOf('.', handler.lastIndexOf('/'));
  const file = dot < 0 ? handler : handler.slice(0, dot);
  const layer = fn.layerDirectories.findLast((directory) =>
    ['', '.js', '.mjs', '.cjs'].some((extension) => existsSync(join(directory, file + extension))),
  );
  if (layer === undefined) {
    const layers = fn.layerDirectories.join(', ') || 'none';
    throw new Error(
      `${fn.functionName}: no layer has the file of its handler ${fn.handler}: ${file}.js, .mjs or .cjs. ` +
        `Its layers: ${layers}. Add the layer to the function and synthesize the app again.`,
    );
  }
  return join(resolve(layer), handler);
}

function runtimeClientVersion(fn: DeployedFunction): 3 | 4 {
  const major = Number(/^nodejs(\d+)\.x$/.exec(fn.runtime)?.[1]);
  if (!(major >= 18)) {
    throw new Error(
      `${fn.functionName}: its runtime ${fn.runtime} cannot run here. Use a Node.js runtime, nodejs18.x or newer.`,
    );
  }
  return major >= 24 ? 4 : 3;
}

/** What a function's own variables may replace. */
function overridableEnvironment(fn: DeployedFunction, node: string, modulePaths: string[]): Record<string, string> {
  const nodeMajor = /\d+/.exec(fn.runtime)?.[0] ?? '';
  const layerModules = fn.layerDirectories
    .toReversed()
    .flatMap((layer) => [join(layer, `nodejs/node${nodeMajor}/node_modules`), join(layer, 'nodejs/node_modules')]);
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: [dirname(node), process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    NODE_PATH: [...layerModules, ...modulePaths, fn.codeDirectory].map((path) => resolve(path)).join(delimiter),
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function reservedEnvironment(
  fn: DeployedFunction,
  runtimeApi: string,
  runtimeDirectory: string,
  { credentials, endpointUrl }: LaunchOptions,
): Record<string, string> {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    _HANDLER: resolveHandler(fn),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
    AWS_DEFAULT_REGION: fn.region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: functionVersion(fn),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${date}/[${functionVersion(fn)}]${randomBytes(16).toString('hex')}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: fn.region,
    LAMBDA_RUNTIME_DIR: runtimeDirectory,
    LAMBDA_TASK_ROOT: resolve(fn.codeDirectory),
  };
}

/** The `node_modules` in `folder` and in those above it, nearest first. */
function moduleFolders(folder: string): string[] {
  const parent = dirname(folder);
  const above = parent === folder ? [] : moduleFolders(parent);
  const modules = join(folder, 'node_modules');
  return existsSync(modules) ? [modules, ...above] : above;
}
