/**
 * The handler that Lambda loads in place of the user's: `/opt/profiled-fn/handler.handler`.
 *
 * Top-level await keeps the user's initialization where it was, in Lambda's INIT phase, and what it throws is thrown
 * from here. Sampling begins before the first line of it.
 */
import { url } from 'node:inspector';
import { type Config, hideConfig, readConfig, userHandlerName } from './config';
import { noCost } from './cost';
import { readIdentity, taskRoot } from './function-identity';
import { HoldPlanner } from './hold/hold';
import { drawInstance, type InstanceDraw } from './hold/instance-draw';
import { Invocations } from './invocations/invocations';
import { InternalExtension } from './lambda/extension';
import { flushOnShutdown, followIdly, holdByClient, holdByExtension, NOT_OBSERVED } from './lambda/lifecycle';
import { followClock, isManagedInstance } from './lambda/managed-instances';
import { type Naming, nameUserHandler, patchedByRequireHooks } from './lambda/redirect';
import { asksNatively, observeRuntimeClient } from './lambda/runtime-client';
import { conflictAtStart, conflictOnceLoaded, type StandAside, tooLittleMemory } from './lambda/stand-aside';
import { Termination } from './lambda/termination';
import { type Handler, loadUserHandler } from './lambda/user-handler';
import { late } from './late';
import { logOnce, reason } from './log';
import { Sampler } from './sampler';
import { Flusher, rehearseUpload } from './upload/flusher';
import { uploadStandingStill } from './upload/last-uploads';
import { Slots } from './upload/slots';
import type { Uploader } from './upload/uploader';
import { offerUserApi } from './user-api';

// Before the user's code can replace it.
const { random } = Math;

/** Lambda takes extensions during initialization only. */
const LOADED_LATE =
  'If the tool that Lambda loads in place of the handler loads it only when it is invoked, let Lambda load profiled-fn’s handler, and that the tool’s.';

/** The handler in an object: it may have a `then` of its own, which a promise of it would call. */
async function profiledHandler(): Promise<{ handler: Handler }> {
  const { env } = process;
  const name = userHandlerName(env);
  const naming = nameUserHandler(env, name);
  let profiling: Profiling | undefined;
  try {
    const config = readConfig(env);
    const draw = isWanted(config) ? drawOf(config) : undefined;
    if (draw) profiling = startProfiling(config, draw, naming);
  } catch (error) {
    standAside({ cause: reason(error) });
  }
  hideConfig(env);
  const loaded = await loadUserHandler(taskRoot(env), name, naming.isByRuntime);
  const handler = loaded.isRequired ? patchedByRequireHooks(loaded.handler, naming) : loaded.handler;
  await profiling?.profile(handler);
  return { handler };
}

interface Profiling {
  /** Begins, once Lambda has taken us in. The handler stays as it is. */
  profile(handler: Handler): Promise<void>;
}

/** Whether this instance is to be profiled. Who has switched it off knows, and need not be told. */
function isWanted({ enabled, instanceFraction }: Config): boolean {
  if (!enabled) return false;
  const { env, execArgv } = process;
  const conflict = conflictAtStart({ env, execArgv, inspectorUrl: url() });
  if (conflict) standAside(conflict);
  else if (random() >= instanceFraction) standAside({ level: 'INFO', cause: notChosen(instanceFraction) });
  else return true;
  return false;
}

function notChosen(instanceFraction: number): string {
  return `${100 * instanceFraction} % of the instances are profiled, and this one is not among them`;
}

/** Nothing for an instance that runs bare: most do where memory is small, so the log has no word of it. */
function drawOf({ profiles, costLimit }: Config): InstanceDraw | undefined {
  const { env } = process;
  const memoryMb = Number(env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  return drawInstance({ profiles, env, memoryMb, costLimit }, random(), random(), random());
}

function startProfiling(config: Config, draw: InstanceDraw, naming: Naming): Profiling {
  const { env } = process;
  const identity = readIdentity(env, config.codeHash);
  const concurrent = isManagedInstance(env);
  const invocations = new Invocations(concurrent, config.requestIds);
  const cost = noCost();
  // With the environment as Lambda made it: the user's code may put other credentials there.
  const lambdaEnv = { ...env };
  const uploader = lateUploader(config.bucket, lambdaEnv);
  const sampler = new Sampler(config, identity, invocations, draw.heapType, cost);
  // Where nothing is ever frozen, nobody is held.
  const rate = concurrent ? Number.POSITIVE_INFINITY : draw.holdRate;
  const planner = new HoldPlanner(Number(identity.memoryMb), rate, cost);
  if (draw.rehearsesInInit) rehearseUpload(uploader, planner);
  sampler.start(draw);
  // Before the user's code is loaded: it may add connections that it opens at once.
  offerUserApi(invocations, () => sampler.custom);
  const termination = new Termination();
  const extension = concurrent ? undefined : new InternalExtension(env.AWS_LAMBDA_RUNTIME_API ?? '');
  const isHeldByClient = asksNatively(env);
  // Under way while the user's modules load. The reason is read later, so that no rejection goes unhandled.
  const refused = extension?.register(!isHeldByClient).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    async profile(handler) {
      sampler.initialized();
      const refusal = await refused;
      const obstacle =
        (refusal && { cause: reason(refusal.error), ...(naming.isByRuntime ? {} : { remedy: LOADED_LATE }) }) ??
        conflictOnceLoaded() ??
        tooLittleMemory(process.memoryUsage.rss(), Number(identity.memoryMb || Number.NaN));
      if (obstacle) {
        sampler.stop();
        if (extension && !refusal) followIdly(extension);
        standAside(obstacle);
        return;
      }
      const slots = new Slots(config.prefix, instanceId(), config.windowSize);
      const flusher = new Flusher({ sampler, uploader, slots, identity, invocations, planner, cost }, config);
      if (draw.settlesInInit) flusher.settle(sampler.settle(planner.beginUnlimited()), draw.rehearsesInInit);
      flusher.initialized(1000 * process.uptime());
      const followers = { invocations, flusher, sampler, planner };
      if (!extension) followClock(followers, config.snapshotIntervalMs);
      else if (isHeldByClient) followIdly(extension);
      else holdByExtension(extension, followers);
      if (extension) {
        flushOnShutdown(followers, termination, (uploads) => uploadStandingStill(uploads, config.bucket, lambdaEnv));
      }
      const afterResponse = extension && isHeldByClient ? holdByClient(followers) : undefined;
      if (observeRuntimeClient(invocations, env, handler, afterResponse)) return;
      sampler.stop();
      standAside(NOT_OBSERVED);
    },
  };
}

function lateUploader(bucket: string, env: NodeJS.ProcessEnv): Pick<Uploader, 'put'> {
  let uploader: Uploader | undefined;
  return {
    put(upload, signal) {
      uploader ??= new (late().Uploader)(bucket, env);
      return uploader.put(upload, signal);
    },
  };
}

/** 12 random hex digits, which tell the snapshots of this execution environment, or thread of one, from others'. */
function instanceId(): string {
  return Array.from({ length: 12 }, () => Math.floor(16 * random()).toString(16)).join('');
}

function standAside(why: Partial<StandAside> & { level?: string }): void {
  logOnce('not-profiling', { message: 'The handler runs without profiling.', ...why });
}

export const { handler } = await profiledHandler();
