import { parentPort, workerData } from 'node:worker_threads';
import { UnreadableProfile } from '../files/pprof-file';
import { Consolidator } from './consolidator';
import type { WorkerReply, WorkerRequest } from './merging';
import { buffersOf, sentProfile } from './sent-profile';

/** The thread that merges while another one downloads; see `merging.ts`. */
const consolidator = new Consolidator(workerData);

/** Replies that are sent together: each message wakes the other thread up, which takes longer than to write it. */
const mostTogether = 8;
let replies: WorkerReply[] = [];

parentPort?.on('message', (request: WorkerRequest) => {
  replies.push(answer(request));
  if (replies.length === 1) setImmediate(send); // after the messages that are here already
  if (replies.length === mostTogether) send();
});

function send(): void {
  if (replies.length === 0) return;
  parentPort?.postMessage(
    replies,
    replies.flatMap(({ profile }) => (profile ? buffersOf(profile) : [])) as ArrayBuffer[],
  );
  replies = [];
}

function answer({ id, snapshot, profile }: WorkerRequest): WorkerReply {
  try {
    if (snapshot) return { id, taken: consolidator.add(snapshot) };
    if (profile) return { id, profile: sentProfile(consolidator.finished(profile.index, profile.finish)) };
    return { id, consolidation: consolidator.results() };
  } catch (error) {
    if (!(error instanceof UnreadableProfile)) throw error;
    return { id, unreadable: error.message };
  }
}
