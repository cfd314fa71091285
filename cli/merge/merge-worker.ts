import { parentPort, workerData } from 'node:worker_threads';
import { UnreadableProfile } from '../pprof-file';
import { Consolidator } from './consolidate';
import type { WorkerReply, WorkerRequest } from './merging';

/** The thread that merges while another one downloads; see `merging.ts`. */
const consolidator = new Consolidator(workerData);

parentPort?.on('message', ({ id, snapshot, profile }: WorkerRequest) => {
  const reply = (content: Omit<WorkerReply, 'id'>, transfer: ArrayBuffer[] = []) =>
    parentPort?.postMessage({ id, ...content }, transfer);
  try {
    if (snapshot) return reply({ taken: consolidator.add(snapshot) });
    if (!profile) return reply({ consolidation: consolidator.results() });
    const encoded = consolidator.encoded(profile.index, profile.finish);
    reply({ encoded }, [encoded.buffer]);
  } catch (error) {
    if (!(error instanceof UnreadableProfile)) throw error;
    reply({ unreadable: error.message });
  }
});
