import { fileURLToPath } from 'node:url';
import { SAMPLER_HANDLER } from '../../lib/contract/places';
import { type Handler, runtimeRequire } from './user-handler';

/** This module, by the path that Lambda's runtime and instrumentation know it by. */
const FILE = fileURLToPath(import.meta.url);

/** The variables in which our handler was named when this module was loaded. */
export interface Naming {
  /** Whether the runtime loads ours; otherwise a tool does, which the runtime loads in place of it. */
  readonly isByRuntime: boolean;
  /** Calls `run` while they name ours again. */
  asBefore<T>(run: () => T): T;
}

/**
 * Puts the user's handler where ours is named: in `_HANDLER`, and in what instrumentation that redirects handlers keeps
 * of it (`SENTRY_ORIGINAL_HANDLER`, `DD_LAMBDA_HANDLER`, `LUMIGO_ORIGINAL_HANDLER`, `NEW_RELIC_LAMBDA_HANDLER`). The
 * user's code finds what it would find without us.
 */
export function nameUserHandler(env: NodeJS.ProcessEnv, handler: string): Naming {
  const ours = Object.entries(env).filter(([, value]) => value?.endsWith(SAMPLER_HANDLER));
  for (const [name] of ours) env[name] = handler;
  return {
    isByRuntime: ours.some(([name]) => name === '_HANDLER'),
    asBefore(run) {
      // Not those that the user's code has set to something else since.
      const still = ours.filter(([name]) => env[name] === handler);
      for (const [name, value] of still) env[name] = value;
      try {
        return run();
      } finally {
        for (const [name] of still) env[name] = handler;
      }
    },
  };
}

/**
 * The handler as hooks on `require` leave it. OpenTelemetry's, and others made with require-in-the-middle, wait for
 * somebody to require the module that `_HANDLER` named when they were preloaded, which is ours, and replace the handler in
 * what it exports. So ours is required, too, and exports the user's handler. Some, as Datadog's, only then look what to
 * replace, in variables that have to name ours again.
 *
 * If there are hooks on `import`, too, they then patch what this module exports, and first undo what was patched.
 */
export function patchedByRequireHooks(handler: Handler, naming: Naming): Handler {
  const require = runtimeRequire();
  require.cache[FILE] = { loaded: true, exports: { handler } } as NodeJS.Module;
  try {
    const patched: Handler = naming.asBefore(() => require(FILE).handler);
    return patched === handler ? handler : undoable(patched, handler);
  } finally {
    delete require.cache[FILE];
  }
}

/**
 * The patched handler, until another patch looks whether it is patched, by its `__unwrap` as OpenTelemetry's do: that one
 * then lies around the bare handler. (Its own undoing does nothing to what a module exports.)
 */
function undoable(patched: Handler, handler: Handler): Handler {
  let current = patched;
  return new Proxy(patched, {
    apply: (_patched, self, args) => Reflect.apply(current, self, args),
    get(target, key) {
      if (key === '__unwrap') current = handler;
      return Reflect.get(target, key);
    },
  });
}
