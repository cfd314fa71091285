import type { ReadMetadata } from '../../../lib/contract/metadata';
import type { FunctionConfiguration } from '../../aws/lambda';
import type { ProfiledStack, Store } from '../../stacks/stack-outputs';

/** Why something could not be looked at. */
export interface Problem {
  /** A sentence. */
  message: string;
  remedy: string;
}

/** What was found out about a stack, at one moment. */
export interface StackFacts {
  name: string;
  region: string;
  /** As CloudFormation has it: `UPDATE_COMPLETE`. */
  status: string;
  /** What its outputs say; absent: they name no profiled functions. */
  stack?: ProfiledStack;
  /** What is wrong with the outputs, where they are there and make no sense. */
  outputsProblem?: Problem;
  stores: StoreFacts[];
  functions: FunctionFacts[];
  /** When this was looked at. */
  now: Date;
}

export interface StoreFacts extends Store {
  /** Where the bucket lies, as far as it could be seen. */
  region?: string;
  problem?: Problem;
}

export interface FunctionFacts {
  /** Name in keys. */
  name: string;
  lambdaName: string;
  /** As Lambda has it; absent: there is no such function, or `problem` says why it could not be looked at. */
  configuration?: FunctionConfiguration;
  problem?: Problem;
  /** In all buckets that could be read. */
  snapshots: { count: number; instances: number; last?: Date };
  /** Of the latest snapshot; absent: there is none, or `metadataProblem` says why it could not be read. */
  metadata?: ReadMetadata;
  metadataProblem?: Problem;
}

/** What a check has found. */
export interface Finding {
  level: 'ok' | 'warning' | 'error';
  /** Name of the check, for programs: `layer-missing`. */
  check: string;
  /** What it is about: `stack`, `bucket`, a function's name. */
  subject: string;
  /** A sentence. */
  message: string;
  remedy?: string;
}
