import { fileURLToPath } from 'node:url';
import { require } from '../require';
import type { Upload } from './uploader';

/** What the thread of `last-uploads-thread.ts` is given. */
export interface LastUploads {
  uploads: readonly Upload[];
  bucket: string;
  /** Region, endpoints and credentials. */
  env: Record<string, string | undefined>;
  timeoutMs: number;
  /** Becomes 1 when all has been tried. */
  done: Int32Array;
}

/** Lambda kills the process before. */
const TIMEOUT_MS = 2_000;

/**
 * Uploads while the main thread stands still, so that nothing of the user's goes on. A thread of its own sends them; it
 * has none of the process's flags and preloaded modules.
 */
export function uploadStandingStill(uploads: readonly Upload[], bucket: string, env: LastUploads['env']): void {
  const { Worker } = require('node:worker_threads') as typeof import('node:worker_threads');
  const done = new Int32Array(new SharedArrayBuffer(4));
  const workerData: LastUploads = { uploads, bucket, env, timeoutMs: TIMEOUT_MS, done };
  const thread = new Worker(fileURLToPath(new URL('./last-uploads-thread.mjs', import.meta.url)), {
    workerData,
    env: {},
    execArgv: [],
  });
  // It is best effort, and the process ends now.
  thread.on('error', () => {});
  Atomics.wait(done, 0, 0, TIMEOUT_MS);
}
