import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { Variable } from '../../lib/contract/environment';
import { assetPath } from '../package-assets';
import type { Credentials, DeployedFunction } from '../types';
import { type Isolation, isolated, toolsPath } from './isolation';
import { NODE, type RootContents, type RootFolder } from './root-folder';

export interface LaunchOptions {
  /** Of the function's role. */
  credentials: Credentials;
  /** Where the AWS SDKs send every request: `AWS_ENDPOINT_URL`. */
  endpointUrl: string;
  /**
   * Folders that stand for the modules Lambda has on board, such as the AWS SDK.
   * @default - the `node_modules` of the working directory and of the folders above it; with an isolation, only the AWS
   * SDK of these
   */
  modulePaths?: string[];
  /**
   * Gives the function a file system as on Lambda: see `detectIsolation`.
   * @default - it sees this machine's; what it has below /opt is found where that is possible without
   */
  isolation?: Isolation;
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

/** Where a function's process finds what Lambda has at fixed places. */
interface Places {
  node: string;
  /** Folder of the runtime client. */
  runtime: string;
  handler: string;
  taskRoot: string;
  /** A file in `/opt`. */
  opt(path: string): string;
  path: string;
  nodePath: string[];
  libraries?: string[];
}

/** The files of a function, and how Lambda starts its runtime on them. */
export interface LaunchPlan {
  /** Present where the function has a file system of its own. */
  root?: RootContents;
  /** @param runtimeApi - host and port of the Runtime API */
  launch(runtimeApi: string, root?: RootFolder): Launch;
}

/**
 * How to start a function's runtime as Lambda does: on Lambda's paths with an isolation, otherwise on this machine's.
 *
 * @throws where the function is not for Node.js, or its code or handler's layer is not there
 */
export function planLaunch(fn: DeployedFunction, options: LaunchOptions): LaunchPlan {
  const code = resolve(fn.codeDirectory);
  if (!existsSync(code)) {
    throw new Error(`${fn.functionName}: its code directory ${code} is missing. Synthesize the app again: cdk synth.`);
  }
  const node = options.nodePath ?? process.execPath;
  const runtimeClient = dirname(assetPath(`local/ric-${options.ric ?? runtimeClientVersion(fn)}/index.mjs`));
  // Also where it stays as it is: that no layer has it is known before anything starts.
  const handlerHere = resolveHandler(fn);
  const { isolation } = options;
  if (!isolation) {
    const modulePaths = options.modulePaths ?? moduleFolders(process.cwd());
    const places = { ...placesHere(fn, node, modulePaths), runtime: runtimeClient, handler: handlerHere };
    return {
      launch(runtimeApi) {
        const env = environmentOf(fn, places, runtimeApi, options);
        const [command, ...args] = commandLine(fn, places, node, env);
        return { command, args, env, cwd: code };
      },
    };
  }
  const modules = options.modulePaths
    ? options.modulePaths.map((folder) => ({ folder, entries: readdirSync(folder) }))
    : moduleFolders(process.cwd()).map((folder) => ({ folder, entries: readdirSync(folder).filter(isOfTheSdk) }));
  const places = placesOnLambda(fn);
  return {
    root: {
      code,
      layers: fn.layerDirectories,
      node,
      runtimeClient,
      modules: modules.filter(({ entries }) => entries.length > 0),
      nodeMajor: nodeMajorOf(fn),
    },
    launch(runtimeApi, root) {
      const env = environmentOf(fn, places, runtimeApi, options);
      // These act on what builds the file system too, which is not meant.
      const late = Object.entries(env).filter(([name]) => name === 'PATH' || name.startsWith('LD_'));
      const variables = [...late.map(([name, value]) => `${name}=${value}`), `PWD=${places.taskRoot}`, 'SHLVL=0'];
      const last = ['env', '-u', 'OLDPWD', '-u', '_', ...variables, ...commandLine(fn, places, node, env)];
      const [command = '', ...args] = isolated(isolation, root as RootFolder, last);
      const early = Object.entries(env).filter(([name]) => !name.startsWith('LD_'));
      return { command, args, env: { ...Object.fromEntries(early), PATH: toolsPath() }, cwd: code };
    },
  };
}

/** As Lambda's bootstrap script starts Node.js, or the wrapper script that is to do it. */
function commandLine(
  fn: DeployedFunction,
  places: Places,
  node: string,
  env: Record<string, string>,
): [string, ...string[]] {
  // A tenth of the memory for the young generation.
  const newSpaceMb = Math.floor(fn.memoryMb / 10);
  const command: [string, ...string[]] = [
    places.node,
    '--expose-gc',
    '--max-http-header-size=81920',
    `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
    `--max-old-space-size=${fn.memoryMb - newSpaceMb}`,
    ...disabledFeatures(nodeMajorOf(fn), env.NODE_OPTIONS, node),
    join(places.runtime, 'index.mjs'),
  ];
  const wrapper = env.AWS_LAMBDA_EXEC_WRAPPER;
  return wrapper ? [wrapper, ...command] : command;
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

function nodeMajorOf(fn: DeployedFunction): string {
  return /\d+/.exec(fn.runtime)?.[0] ?? '';
}

/** As on Lambda. */
function placesOnLambda(fn: DeployedFunction): Places {
  return {
    node: NODE,
    runtime: '/var/runtime',
    handler: fn.handler,
    taskRoot: '/var/task',
    opt: (path) => path,
    path: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    nodePath: [
      `/opt/nodejs/node${nodeMajorOf(fn)}/node_modules`,
      '/opt/nodejs/node_modules',
      '/var/runtime/node_modules',
      '/var/runtime',
      '/var/task',
    ],
    libraries: [
      '/var/lang/lib',
      '/lib64',
      '/usr/lib64',
      '/var/runtime',
      '/var/runtime/lib',
      '/var/task',
      '/var/task/lib',
      '/opt/lib',
    ],
  };
}

/** Where it is on this machine, as far as it is: what names files below /opt by itself does not find them. */
function placesHere(fn: DeployedFunction, node: string, modulePaths: string[]): Omit<Places, 'runtime' | 'handler'> {
  const layers = fn.layerDirectories.map((layer) => resolve(layer)).reverse();
  const modules = layers.flatMap((layer) => [
    join(layer, `nodejs/node${nodeMajorOf(fn)}/node_modules`),
    join(layer, 'nodejs/node_modules'),
  ]);
  return {
    node,
    taskRoot: resolve(fn.codeDirectory),
    opt: (path) =>
      layers.map((layer) => join(layer, path.slice('/opt/'.length))).find((each) => existsSync(each)) ?? path,
    path: [
      dirname(node),
      process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
      ...layers.map((layer) => join(layer, 'bin')),
    ].join(delimiter),
    nodePath: [...modules, ...modulePaths.map((path) => resolve(path)), resolve(fn.codeDirectory)],
  };
}

function environmentOf(
  fn: DeployedFunction,
  places: Places,
  runtimeApi: string,
  options: LaunchOptions,
): Record<string, string> {
  const own = Object.entries(fn.environment).map(([name, value]) => [
    name,
    // Node.js and the start of the runtime read these before any code of the function runs.
    ['NODE_OPTIONS', 'AWS_LAMBDA_EXEC_WRAPPER'].includes(name)
      ? value.replace(/(?<![\w./-])\/opt\/[^\s"']+/g, (path) => places.opt(path))
      : value,
  ]);
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: places.path,
    NODE_PATH: places.nodePath.join(delimiter),
    ...(places.libraries ? { LD_LIBRARY_PATH: places.libraries.join(delimiter) } : {}),
    ...Object.fromEntries(own),
    ...reservedEnvironment(fn, places, runtimeApi, options),
  };
}

/**
 * Flags by which Lambda turns off what Node.js's release lines added as experimental; a function that turns one on by
 * NODE_OPTIONS gets it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
function disabledFeatures(nodeMajor: string, nodeOptions = '', node: string): string[] {
  const disabled = { 20: ['require-module'], 22: ['require-module', 'detect-module'] }[nodeMajor] ?? [];
  return disabled
    .filter((feature) => !nodeOptions.split(/\s+/).includes(`--experimental-${feature}`))
    .filter((feature) => knownFlags(node).has(`--experimental-${feature}`))
    .map((feature) => `--no-experimental-${feature}`);
}

const flagsOf = new Map<string, ReadonlySet<string>>();

/** What may stand in NODE_OPTIONS of this Node.js, which need not be of the function's version. */
function knownFlags(node: string): ReadonlySet<string> {
  if (node === process.execPath) return process.allowedNodeEnvironmentFlags;
  const known = flagsOf.get(node) ?? askForFlags(node);
  flagsOf.set(node, known);
  return known;
}

function askForFlags(node: string): ReadonlySet<string> {
  const script = 'console.log(JSON.stringify([...process.allowedNodeEnvironmentFlags]))';
  const { stdout } = spawnSync(node, ['-e', script], { encoding: 'utf8', env: {} });
  return new Set(stdout ? JSON.parse(stdout) : []);
}

/** What of a `node_modules` Lambda has on board: the AWS SDK for JavaScript, version 3. */
function isOfTheSdk(name: string): boolean {
  return ['@aws', '@aws-crypto', '@aws-sdk', '@smithy'].includes(name);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function reservedEnvironment(
  fn: DeployedFunction,
  places: Places,
  runtimeApi: string,
  { credentials, endpointUrl }: LaunchOptions,
): Record<string, string> {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    _HANDLER: places.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken ? { AWS_SESSION_TOKEN: credentials.sessionToken } : {}),
    AWS_DEFAULT_REGION: fn.region,
    AWS_ENDPOINT_URL: endpointUrl,
    // The sampler does not follow the SDKs' variables: they are the function's own.
    ...(fn.environment[Variable.BUCKET] ? { [Variable.ENDPOINT_URL]: endpointUrl } : {}),
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: fn.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: functionVersion(fn),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${date}/[${functionVersion(fn)}]${randomBytes(16).toString('hex')}`,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_REGION: fn.region,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    LAMBDA_RUNTIME_DIR: places.runtime,
    LAMBDA_TASK_ROOT: places.taskRoot,
  };
}

/** The `node_modules` in `folder` and in those above it, nearest first. */
export function moduleFolders(folder: string): string[] {
  const parent = dirname(folder);
  const above = parent === folder ? [] : moduleFolders(parent);
  const modules = join(folder, 'node_modules');
  return existsSync(modules) ? [modules, ...above] : above;
}
