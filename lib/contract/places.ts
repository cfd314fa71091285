/** Paths in a profiled function: names in profiles, and in its configuration. */

/** The user's code. */
export const TASK_ROOT = '/var/task';
/** Lambda's runtime client. */
export const RUNTIME_ROOT = '/var/runtime';
/** The layers of a function, unpacked over each other. */
export const LAYERS_ROOT = '/opt';

/** The sampler's module in the layer, from the root of the layers on. */
export const SAMPLER_FOLDER = '/profiled-fn';
/** The handler in the layer, from the root of the layers on. */
export const SAMPLER_HANDLER = '/profiled-fn/handler.handler';
/** The handler of every profiled function. It loads the user's handler and samples it. */
export const LAYER_HANDLER = '/opt/profiled-fn/handler.handler';

/** Id of the layer in its stack, which the layer's name begins with or contains. */
export const LAYER_ID = 'ProfiledFnLayer';

/** The key of the symbol under which the layer offers `profiled-fn/runtime` to the user's code, on `globalThis`. */
export const RUNTIME_KEY = 'profiled-fn.runtime';
