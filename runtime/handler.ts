/**
 * The handler that Lambda loads in place of the user's: `/opt/profiled-fn/handler.handler`.
 *
 * Top-level await keeps the user's initialization where it was, in Lambda's INIT phase, and what it throws is thrown
 * from here. Sampling begins before the first line of it.
 */
import { randomBytes } from 'node:crypto';
import { type Config, readConfig, userHandlerName } from './config';
import { InternalExtension } from './extension';
import { Flusher } from './flusher';
import { readIdentity, taskRoot } from './identity';
import { Invocations } from './invocations';
import { flushOnShutdown, followInvocations } from './lifecycle';
import { logOnce, reason } from './log';
import { Sampler } from './sampler';
import { Slots } from './snapshot';
import { Uploader } from './uploader';
import { type Handler, loadUserHandler } from './user-handler';
import { wrapHandler } from './wrap-handler';

async function profiledHandler(): Promise<Handler> {
  const { env } = process;
  const loadUser = () => loadUserHandler(taskRoot(env), userHandlerName(env));
  let profiling: Profiling | undefined;
  try {
    const config = readConfig(env);
    if (config.enabled) profiling = startProfiling(config);
  } catch (error) {
    standAside(error);
  }
  const handler = await loadUser();
  return profiling ? profiling.profile(handler) : handler;
}

interface Profiling {
  /** The wrapped handler, once Lambda has taken us in; the bare one otherwise. */
  profile(handler: Handler): Promise<Handler>;
}

function startProfiling(config: Config): Profiling {
  const { env } = process;
  const identity = readIdentity(env, config.codeHash);
  const invocations = new Invocations();
  const sampler = new Sampler(config, identity, invocations);
  sampler.start();
  const extension = new InternalExtension(env.AWS_LAMBDA_RUNTIME_API ?? '');
  // Under way while the user's modules load. The reason is read later, so that no rejection goes unhandled.
  const refused = extension.register().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    async profile(handler) {
      sampler.initialized();
      const refusal = await refused;
      if (refusal) {
        sampler.stop();
        standAside(refusal.error);
        return handler;
      }
      const slots = new Slots(config.prefix, randomBytes(6).toString('hex'), config.windowSize);
      const flusher = new Flusher(sampler, new Uploader(config.bucket, env), slots, identity, config);
      void followInvocations(extension, invocations, flusher);
      flushOnShutdown(flusher);
      return wrapHandler(handler, invocations);
    },
  };
}

function standAside(error: unknown): void {
  logOnce('not-profiling', { message: 'The handler runs without profiling.', cause: reason(error) });
}

export const handler = await profiledHandler();
