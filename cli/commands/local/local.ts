import { setMaxListeners } from 'node:events';
import { Variable } from '../../../lib/contract/environment';
import { LAYERS_ROOT, RUNTIME_ROOT, TASK_ROOT } from '../../../lib/contract/places';
import type { ProfileType } from '../../../lib/contract/profile-types';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import { whyNotLimited } from '../../../local/lambda/control-group';
import { detectIsolation, type Isolation } from '../../../local/lambda/isolation';
import { namesProxy, type Session, sessionAt } from '../../aws/session';
import type { Source } from '../../fetch/source';
import { requireEventsFolder, requireEventsOfFunctions } from '../../load/events';
import { loadJson, loadTable } from '../../load/report';
import { fetchAndShow } from '../../show/fetch-and-show';
import { contextOf, splitPair } from '../../stacks/cdk-project';
import { findStack } from '../../stacks/find-stacks';
import { CommandError, exitCodes } from '../../terminal/command-error';
import type { Io } from '../../terminal/io';
import { interrupted, type ShowOptions } from '../../viewer/show-profiles';
import { differences } from './differences';
import { type LocalFunction, namesOf, profiledFunctions, selectLocal } from './profiled-functions';
import { resourceRemarks, resourcesJson } from './resources';
import { type FunctionLoad, runLoad } from './run-load';
import { cloudAssemblyOf } from './synthesize';

type Resources = 'lambda' | 'machine';

export interface LocalOptions extends ShowOptions {
  /** `key=value` */
  context: string[];
  function: string[];
  events?: string;
  /** Milliseconds. */
  duration?: number;
  count?: number;
  concurrency: number;
  /** Memory and share of a processor: as on Lambda, or all of this machine's. @default - `lambda` where it can be had */
  resources?: Resources;
  /** `KEY=VALUE` */
  env: string[];
  /** Milliseconds. */
  snapshotInterval: number;
  type?: ProfileType;
  out: string;
  logs?: boolean;
  keep?: boolean;
}

/** How long each function is invoked where nothing else is said: several snapshots, and no long wait. */
const defaultDurationMs = 10_000;

/** How long an environment may take to write its last window; Lambda's half a second, with room for a busy computer. */
const SHUTDOWN_GRACE_MS = 3_000;

/** What differs from Lambda where a process cannot have a file system of its own. */
const notIsolated = [
  'Functions see the files of this machine and not those of Lambda, because they cannot have a separate file system here.',
  'That requires Linux, and root or user namespaces. Layers are found by their packages (not from ES modules), their',
  `handlers, PATH, NODE_OPTIONS and AWS_LAMBDA_EXEC_WRAPPER, but not by the path ${LAYERS_ROOT}/… in code, and ${TASK_ROOT} and`,
  `${RUNTIME_ROOT} are elsewhere. Modules that are not in the function may be found, and files may be written anywhere.`,
].join(' ');

/** `profiled-fn local`: runs the profiled functions of a CDK app on this computer, and fetches what they wrote. */
export async function runLocal(words: string[], options: LocalOptions, io: Io): Promise<void> {
  if (options.events !== undefined) requireEventsFolder(options.events);
  const env = Object.fromEntries(options.env.map((pair) => splitPair(pair, '--env')));
  const assembly = await cloudAssemblyOf(
    { words, context: contextOf(options.context), logs: options.logs === true },
    io,
  );
  const [isolation, resources] = await Promise.all([detectIsolation(), resourcesOf(options, io)]);
  const aws = await startLocalAws({ assembly, isolation }).catch((error: Error) => {
    throw new CommandError(`The app cannot be run here: ${error.message}`, 'Does `cdk synth` succeed?', {
      cause: error,
    });
  });
  try {
    for (const warning of aws.warnings) io.note(`Note: ${warning}`);
    if (!isolation) io.note(`Note: ${notIsolated}`);
    const profiled = profiledFunctions(aws.functions);
    const functions = selectLocal(profiled, options.function);
    if (options.events !== undefined) {
      const names = aws.functions.flatMap((deployed) => namesOf({ name: deployed.constructPath, deployed }));
      const shown = profiled.map(({ name }) => name);
      requireEventsOfFunctions(options.events, [...names, ...shown], shown);
    }
    for (const note of differences(functions, env, process.cwd())) io.note(`Note: ${note}`);
    // The app does not make a bucket that was there before it.
    for (const { deployed } of functions) aws.s3.createBucket(deployed.environment[Variable.BUCKET], deployed.region);
    const loads = await loadUntilInterrupted(aws, functions, { ...options, isolation, resources }, env, io);
    const table = loadTable(
      loads.map(({ fn, result }) => ({ name: fn.name, result })),
      io.terminal,
      loads.flatMap(resourceRemarks),
    );
    if (options.json) io.note(table);
    else io.result(table);

    const served = await fetchAndShow(await sourcesOf(aws, functions, assembly, options), options, io, {
      json: {
        load: loads.map((load) => ({
          stack: load.fn.deployed.stackName,
          function: load.fn.name,
          ...loadJson(load.result),
          ...resourcesJson(load),
        })),
      },
      whenNothing: () => 'Run it with --logs: lines of profiled-fn say why nothing was written.',
      beforeWaiting: () => {
        if (options.keep) io.note(keepText(aws));
      },
    });
    if (options.keep && !served) {
      io.note(keepText(aws));
      await interrupted();
    }
  } finally {
    await aws.close();
  }
}

async function loadUntilInterrupted(
  aws: LocalAws,
  functions: LocalFunction[],
  options: LocalOptions & { isolation?: Isolation; resources: Resources },
  env: Record<string, string>,
  io: Io,
): Promise<FunctionLoad[]> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each function listens
  const interrupt = () => stop.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await runLoad(
      functions,
      {
        limit: limitOf(options),
        concurrency: options.concurrency,
        events: options.events,
        // A short run is to have several snapshots, whatever they cost.
        env: {
          [Variable.SNAPSHOT_INTERVAL]: String(options.snapshotInterval),
          [Variable.COST_LIMIT]: '1',
          ...env,
        },
        logs: options.logs === true,
        launch: ({ deployed }) => ({
          endpointUrl: aws.endpointUrl,
          credentials: aws.credentialsFor(deployed.roleArn),
          isolation: options.isolation,
          resources: options.resources,
          // This is for what the profiles say, not for how fast this computer is: the last window arrives.
          shutdownGraceMs: SHUTDOWN_GRACE_MS,
        }),
        signal: stop.signal,
      },
      io,
    );
  } catch (error) {
    if (stop.signal.aborted) {
      throw new CommandError('Interrupted.', 'The functions were shut down; nothing was fetched.', {
        exitCode: exitCodes.interrupted,
      });
    }
    if (error instanceof CommandError || !(error instanceof Error)) throw error;
    throw new CommandError(`A function cannot be run here: ${error.message}`, 'Run it with --logs to see more.', {
      cause: error,
    });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** @throws CommandError if Lambda's resources are asked for and cannot be had */
async function resourcesOf({ resources }: LocalOptions, io: Io): Promise<Resources> {
  if (resources === 'machine') return 'machine';
  const reason = await whyNotLimited();
  if (reason === undefined) return 'lambda';
  if (resources === 'lambda') {
    throw new CommandError(`Functions cannot have Lambda's memory and share of a processor here. ${reason}`, machine);
  }
  io.note(`Note: Functions have all of this machine's memory and processor, not Lambda's share of it. ${reason}`);
  return 'machine';
}

const machine = 'Or run without --resources lambda: they then have all that this machine has.';

function limitOf({ duration, count }: LocalOptions): { duration?: number; count?: number } {
  return duration === undefined && count === undefined ? { duration: defaultDurationMs } : { duration, count };
}

/** The same way that `profiled-fn fetch` goes, stack by stack: through outputs, bucket and credentials. */
async function sourcesOf(
  aws: LocalAws,
  functions: LocalFunction[],
  assembly: string,
  { type, out }: LocalOptions,
): Promise<[Source, ...Source[]]> {
  const lambdaNames = new Set(functions.map((fn) => fn.deployed.functionName));
  const stacks = new Map(functions.map(({ deployed }) => [`${deployed.region}/${deployed.stackName}`, deployed]));
  const sources: Source[] = [];
  for (const { stackName, region } of stacks.values()) {
    const session = adminSession(aws, region);
    const stack = await findStack(session, stackName);
    const wanted = stack.functions.filter((fn) => lambdaNames.has(fn.lambdaName));
    sources.push({ session, request: { stack, functions: wanted, type, selection: {}, out, assemblies: [assembly] } });
  }
  const [first, ...rest] = sources;
  return [first, ...rest];
}

function adminSession(aws: LocalAws, region: string): Session {
  return sessionAt(aws.endpointUrl, region, aws.adminCredentials);
}

/** What lets other tools use the stand-in. */
function keepText(aws: LocalAws): string {
  const { accessKeyId, secretAccessKey } = aws.adminCredentials;
  return [
    'The stand-in for AWS keeps running until Ctrl-C. For another terminal:',
    // No proxy reaches this computer.
    `export AWS_ENDPOINT_URL=${aws.endpointUrl} AWS_REGION=${aws.region}${namesProxy(process.env) ? ' NO_PROXY=127.0.0.1' : ''}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    'unset AWS_PROFILE AWS_SESSION_TOKEN',
  ].join('\n');
}
