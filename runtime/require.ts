import { createRequire } from 'node:module';

/**
 * For what no snapshot needs before the first response: modules of Node.js that are loaded where they are used, so that
 * they make no cold start longer. (Other imports of Node.js's modules become `require` too: scripts/layer.mjs.)
 */
export const require = createRequire(import.meta.url);
