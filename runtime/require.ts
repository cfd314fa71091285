import { createRequire } from 'node:module';

/**
 * For modules of Node.js that are dear to load. An ES import reads all exports of a module, and among those of node:http
 * and node:crypto are getters that load as much again (`WebSocket`, `webcrypto`); and what no snapshot needs before the
 * first response is not to make a cold start longer.
 */
export const require = createRequire(import.meta.url);
