import * as parts from './late-parts';

/**
 * What no cold start needs. In the layer it is a file of its own, which is loaded when this is called for the first time:
 * `scripts/layer.mjs` puts `load-late.ts` in place of this module.
 */
export function late(): typeof parts {
  return parts;
}
