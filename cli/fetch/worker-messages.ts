import type { Consolidation, Taken } from './consolidator';
import type { SentProfile } from './sent-profile';
import type { MergeFinish } from './snapshot-group';
import type { StoredSnapshot } from './stored-snapshot';

/** What the merging worker is asked. */
export type WorkerRequest =
  | { kind: 'add'; snapshot: StoredSnapshot }
  | { kind: 'results' }
  | { kind: 'finish'; index: number; finish: MergeFinish };

/** What it answers, by the kind of the request. */
export interface Replies {
  add: { kind: 'taken'; taken: Taken } | { kind: 'unreadable'; reason: string };
  results: { kind: 'results'; consolidation: Consolidation };
  finish: { kind: 'finished'; profile: SentProfile };
}

export type WorkerReply = Replies[keyof Replies];

/** A message to the worker. */
export interface Question {
  id: number;
  request: WorkerRequest;
}

/** A message from the worker. */
export interface Answer {
  /** Of the question. */
  id: number;
  reply: WorkerReply;
}
