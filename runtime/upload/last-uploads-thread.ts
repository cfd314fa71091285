/** The thread that sends the last uploads of a process; see `last-uploads.ts`. */
import { workerData } from 'node:worker_threads';
import type { LastUploads } from './last-uploads';
import { Uploader } from './uploader';

const { uploads, bucket, env, timeoutMs, done } = workerData as LastUploads;
const uploader = new Uploader(bucket, env);
// Connections are unref'd; without this the thread would end before they do.
setTimeout(() => {}, timeoutMs);
const signal = AbortSignal.timeout(timeoutMs);
await Promise.allSettled(uploads.map((upload) => uploader.put(upload, signal)));
Atomics.store(done, 0, 1);
Atomics.notify(done, 0);
