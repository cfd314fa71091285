import { fileURLToPath } from 'node:url';
import { SAMPLER_HANDLER } from '../../lib/contract/places';
import { type Handler, runtimeRequire } from './user-handler';

/** This module, by the path that Lambda's runtime and instrumentation know it by. */
const FILE = fileURLToPath(import.meta.url);

/**
 * Puts the user's handler where ours is named: in `_HANDLER`, and in what instrumentation that redirects handlers keeps
 * of it (`SENTRY_ORIGINAL_HANDLER`, `DD_LAMBDA_HANDLER`). The user's code finds what it would find without us.
 */
export function nameUserHandler(env: NodeJS.ProcessEnv, handler: string): void {
  for (const [name, value] of Object.entries(env)) {
    if (value?.endsWith(SAMPLER_HANDLER)) env[name] = handler;
  }
}

/**
 * The handler as hooks on `require` leave it. OpenTelemetry's, and others made with require-in-the-middle, wait for
 * somebody to require the module that `_HANDLER` named when they were preloaded, which is ours, and replace the handler in
 * what it exports. So ours is required, too, and exports the user's handler.
 *
 * Where there are hooks on `import`, too, they then patch what this module exports, and first undo what was patched.
 */
export function patchedByRequireHooks(handler: Handler): Handler {
  const require = runtimeRequire();
  require.cache[FILE] = { loaded: true, exports: { handler } } as NodeJS.Module;
  try {
    const patched: Handler = require(FILE).handler;
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
