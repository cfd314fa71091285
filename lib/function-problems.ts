import { Token } from 'aws-cdk-lib';
import { type Runtime, RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { ENVIRONMENT_PREFIX } from './contract/environment';
import { MAX_FUNCTION_NAME_LENGTH } from './contract/keys';

/** The oldest Node.js that the sampler runs on. */
const MIN_NODE_MAJOR = 20;

/**
 * Why a function cannot be profiled: a sentence for each reason, with the remedy.
 *
 * @param environment names of its environment variables
 * @param segment its segment of the keys
 */
export function functionProblems(runtime: Runtime, environment: readonly string[], segment: string): string[] {
  const problems: string[] = [];
  if (!isSupported(runtime)) {
    problems.push(
      `the runtime '${runtime.name}' is not supported: set 'runtime' to Runtime.NODEJS_24_X, or to Node.js ` +
        `${MIN_NODE_MAJOR} at least.`,
    );
  }
  const reserved = environment.filter((name) => name.startsWith(ENVIRONMENT_PREFIX));
  if (reserved.length > 0) {
    problems.push(
      `${reserved.join(', ')} cannot be set: names that begin with ${ENVIRONMENT_PREFIX} are reserved. Remove them ` +
        "from 'environment' and use the options of profiling.",
    );
  }
  if (segment.length > MAX_FUNCTION_NAME_LENGTH) {
    problems.push(
      `its construct path takes ${segment.length} characters of an object key, which has room for ` +
        `${MAX_FUNCTION_NAME_LENGTH}: shorten the ids.`,
    );
  }
  return problems;
}

function isSupported({ name, family }: Runtime): boolean {
  if (family !== RuntimeFamily.NODEJS) return false;
  if (Token.isUnresolved(name)) return true;
  const major = /^nodejs(\d+)/.exec(name)?.[1];
  return major !== undefined && Number(major) >= MIN_NODE_MAJOR;
}
