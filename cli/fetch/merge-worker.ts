import { parentPort, workerData } from 'node:worker_threads';
import { UnreadableProfile } from '../files/pprof-file';
import { Consolidator } from './consolidator';
import { buffersOf, sentProfile } from './sent-profile';
import type { StoredSnapshot } from './stored-snapshot';
import type { Answer, Question, Replies, WorkerReply, WorkerRequest } from './worker-messages';

/** The thread that merges while another one downloads; see `merging.ts`. */
const consolidator = new Consolidator(workerData);

/** Answers that are sent together: each message wakes the other thread up, which takes longer than to write it. */
const mostTogether = 8;
let answers: Answer[] = [];

parentPort?.on('message', ({ id, request }: Question) => {
  answers.push({ id, reply: replyTo(request) });
  if (answers.length === 1) setImmediate(send); // after the messages that are here already
  if (answers.length === mostTogether) send();
});

function send(): void {
  if (answers.length === 0) return;
  parentPort?.postMessage(
    answers,
    answers.flatMap(({ reply }) => (reply.kind === 'finished' ? buffersOf(reply.profile) : [])) as ArrayBuffer[],
  );
  answers = [];
}

function replyTo(request: WorkerRequest): WorkerReply {
  switch (request.kind) {
    case 'add':
      return take(request.snapshot);
    case 'results':
      return { kind: 'results', consolidation: consolidator.results() };
    case 'finish':
      return { kind: 'finished', profile: sentProfile(consolidator.finished(request.index, request.finish)) };
  }
}

function take(snapshot: StoredSnapshot): Replies['add'] {
  try {
    return { kind: 'taken', taken: consolidator.add(snapshot) };
  } catch (error) {
    if (!(error instanceof UnreadableProfile)) throw error;
    return { kind: 'unreadable', reason: error.message };
  }
}
