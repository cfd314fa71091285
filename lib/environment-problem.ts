import type { Stack } from 'aws-cdk-lib';
import { knownText } from './known-text';

const MAX_BYTES = 4096;
/** Lambda measures JSON, and does not document the rest of it: functions that deploy today must deploy tomorrow. */
const SPARE_BYTES = 64;
/** A value that is known only when it is deployed: many are ARNs. */
const LIKELY_BYTES = 80;

/** How full the environment of a function is. */
export interface EnvironmentSize {
  /** At least, of the function's own variables and of profiling's. */
  readonly own: number;
  readonly added: number;
  /** The number of the function's values that are known only at deployment. */
  readonly unknown: number;
}

export function environmentSize(stack: Stack, own: object, added: object): EnvironmentSize {
  const known = knownText(stack, own);
  const ownBytes = bytesOf(known.value);
  return { own: ownBytes, added: bytesOf({ ...(known.value as object), ...added }) - ownBytes, unknown: known.unknown };
}

/** Why a function's variables and profiling's do not fit together, if they do not: a sentence with the remedy. */
export function environmentProblem({ own, added, unknown }: EnvironmentSize): string | undefined {
  if (own + added + SPARE_BYTES <= MAX_BYTES) return undefined;
  return (
    `its environment variables take ${atLeast(unknown)}${bytes(own)}, and those of profiling ${bytes(added)} more. Lambda allows ` +
    `${bytes(MAX_BYTES)}, of which ${SPARE_BYTES} must stay free: move values to Parameter Store or into the code.`
  );
}

/** What to say of an environment that may be too large, once its tokens are known; if it may be. */
export function environmentWarning({ own, added, unknown }: EnvironmentSize): string | undefined {
  if (own + added + SPARE_BYTES + unknown * LIKELY_BYTES <= MAX_BYTES) return undefined;
  return (
    `its environment variables take at least ${bytes(own)}, and those of profiling ${bytes(added)} more. ${unknown} of its values ` +
    `are known only when it is deployed, and Lambda allows ${bytes(MAX_BYTES)} in all. If the deployment fails because of this limit, ` +
    "move values to Parameter Store or into the code, or name the function in 'exclude'."
  );
}

/**
 * The problem with the variables of a profiled function once all are set, if there is one: a sentence with the remedy.
 */
export function wholeEnvironmentProblem(stack: Stack, variables: object): string | undefined {
  const { own, unknown } = environmentSize(stack, variables, {});
  if (own <= MAX_BYTES) return undefined;
  return (
    `its environment variables take ${atLeast(unknown)}${bytes(own)} with those of profiling. Lambda allows ` +
    `${bytes(MAX_BYTES)}: move values to Parameter Store or into the code.`
  );
}

/** As JSON, which Lambda measures. */
function bytesOf(variables: unknown): number {
  return Buffer.byteLength(JSON.stringify(variables));
}

function atLeast(unknown: number): string {
  return unknown > 0 ? 'at least ' : '';
}

function bytes(count: number): string {
  return `${count.toLocaleString('en')} bytes`;
}
