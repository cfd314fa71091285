import { createRequire } from 'node:module';

const createdRequire = createRequire(import.meta.url);

/**
 * For what no snapshot needs before the first response: modules of Node.js that are loaded where they are used, so that
 * they make no cold start longer. (Other imports of Node.js's modules become `require` too: scripts/layer.mjs.)
 *
 * Hooks of the user's on `require` see nothing of it, where Node.js has `getBuiltinModule` (from 20.16 and 22.3 on).
 */
export const require: (id: string) => unknown = process.getBuiltinModule ?? createdRequire;

/** CommonJS modules that are loaded, by their paths. */
export const { cache: moduleCache } = createdRequire;
