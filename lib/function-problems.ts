import { MAX_SEGMENT_LENGTH } from './keys';
import { ENVIRONMENT_PREFIX } from './sampler-environment';

/** The oldest Node.js that the sampler runs on. */
const MIN_NODE_MAJOR = 20;

/** What decides whether a function can be profiled. */
export interface FunctionFacts {
  /** Name of the runtime, for example `nodejs24.x`; `undefined`: known only when it is deployed. */
  readonly runtime: string | undefined;
  /** Whether the runtime is of the Node.js family. */
  readonly isNode: boolean;
  /** Names of its environment variables. */
  readonly environment: readonly string[];
  /** Its segment of the keys. */
  readonly segment: string;
}

/** Why a function cannot be profiled: a sentence for each reason, with the remedy. */
export function functionProblems(facts: FunctionFacts): string[] {
  const problems: string[] = [];
  if (!isSupported(facts)) {
    problems.push(
      `the runtime '${facts.runtime}' is not supported: set 'runtime' to Runtime.NODEJS_${MIN_NODE_MAJOR}_X or newer.`,
    );
  }
  const reserved = facts.environment.filter((name) => name.startsWith(ENVIRONMENT_PREFIX));
  if (reserved.length > 0) {
    problems.push(
      `${reserved.join(', ')} cannot be set: names that begin with ${ENVIRONMENT_PREFIX} are reserved. Remove them ` +
        "from 'environment' and use the options of profiling.",
    );
  }
  if (facts.segment.length > MAX_SEGMENT_LENGTH) {
    problems.push(
      `its construct path takes ${facts.segment.length} characters of an object key, which has room for ` +
        `${MAX_SEGMENT_LENGTH}: shorten the ids.`,
    );
  }
  return problems;
}

function isSupported({ runtime, isNode }: FunctionFacts): boolean {
  if (!isNode) return false;
  if (runtime === undefined) return true;
  const major = /^nodejs(\d+)/.exec(runtime)?.[1];
  return major !== undefined && Number(major) >= MIN_NODE_MAJOR;
}
