import { parentPort, workerData } from 'node:worker_threads';
import { UnreadableProfile } from '../pprof-file';
import { Consolidator } from './consolidate';
import type { WorkerReply, WorkerRequest } from './merging';

/** The thread that merges while another one downloads; see `merging.ts`. */
const consolidator = new Consolidator(workerData);

parentPort?.on('message', ({ id, snapshot }: WorkerRequest) => {
  const reply = (content: Omit<WorkerReply, 'id'>, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage({ id, ...content }, transfer);
  try {
    if (snapshot) return reply({ taken: consolidator.add(snapshot) });
    const consolidation = consolidator.results();
    const buffers = consolidation.merged.flatMap(({ parts }) => parts.map(({ bytes }) => bytes.buffer));
    reply({ consolidation }, buffers);
  } catch (error) {
    if (!(error instanceof UnreadableProfile)) throw error;
    reply({ unreadable: error.message });
  }
});
