import { fileURLToPath } from 'node:url';
import { type Handler, runtimeRequire } from './user-handler';

/** What the handlers of all profiled functions are set to, from the layer's folder on. */
const LAYER_HANDLER = '/profiled-fn/handler.handler';

/** This module, by the path that Lambda's runtime and instrumentation know it by. */
const FILE = fileURLToPath(import.meta.url);

/**
 * Puts the user's handler where ours is named: in `_HANDLER`, and in what instrumentation that redirects handlers keeps
 * of it (`SENTRY_ORIGINAL_HANDLER`, `DD_LAMBDA_HANDLER`). The user's code finds what it would find without us.
 */
export function nameUserHandler(env: NodeJS.ProcessEnv, handler: string): void {
  for (const [name, value] of Object.entries(env)) {
    if (value?.endsWith(LAYER_HANDLER)) env[name] = handler;
  }
}

/**
 * The handler as hooks on `require` leave it. OpenTelemetry's, and others made with require-in-the-middle, wait for
 * somebody to require the module that `_HANDLER` named when they were preloaded, which is ours, and replace the handler in
 * what it exports. So ours is required, too, and exports the user's handler.
 *
 * Hooks on `import` have seen this module already, where there are any: they replace the handler that it exports.
 */
export function patchedByRequireHooks(handler: Handler): Handler {
  if (isSeenByImportHooks()) return handler;
  const require = runtimeRequire();
  require.cache[FILE] = { loaded: true, exports: { handler } } as NodeJS.Module;
  try {
    return require(FILE).handler;
  } finally {
    delete require.cache[FILE];
  }
}

/** import-in-the-middle loads a module that it may patch by an address with `?iitm=true`. */
function isSeenByImportHooks(): boolean {
  return import.meta.url.includes('?');
}
