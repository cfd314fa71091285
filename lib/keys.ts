import { Token } from 'aws-cdk-lib';

/**
 * The first part of every key that we write, where a store has no prefix of its own. The rest of the layout stands in
 * docs/architecture.md; the function and the command rely on it.
 */
export const DEFAULT_PREFIX = 'profiled-fn';

/** Longest prefix of a store, in characters. */
const MAX_PREFIX_LENGTH = 64;

/**
 * Longest function segment, in characters, that leaves room for the rest of a key: S3 allows 1024 bytes, and prefix,
 * stack name (up to 128), profile type and file name take less than 224 of them.
 */
export const MAX_SEGMENT_LENGTH = 800;

/**
 * What is wrong with a store's prefix, if anything: a sentence with the remedy. Nothing is said of a token.
 *
 * @param prop where the prefix is set, for the sentence: `'prefix'`
 */
export function prefixProblem(prop: string, prefix: string): string | undefined {
  // No wildcard of IAM, and nothing that S3 or a folder on disk would take for something else than a name.
  const isPlain = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/.test(prefix);
  if (Token.isUnresolved(prefix) || (isPlain && prefix.length <= MAX_PREFIX_LENGTH)) return undefined;
  return (
    `${prop} is '${prefix}': give names of A-Z a-z 0-9 _ . - joined with '/', without one at either end, ` +
    `${MAX_PREFIX_LENGTH} characters in all at most, for example '${DEFAULT_PREFIX}' or 'profiles/production'.`
  );
}

/**
 * A construct path as one segment of a key: ids joined with `.`, and every character of an id outside
 * `A-Z a-z 0-9 _ -` written as `!` and two hex digits for each UTF-8 byte.
 *
 * Different paths give different segments, and none has a slash: no function's prefix contains another's. Nor has it
 * a wildcard of IAM or a separator of the stack's outputs.
 */
export function functionSegment(ids: readonly string[]): string {
  return ids.map(encodeId).join('.');
}

/** The key prefix of one function below its store's, without a slash at the end. */
export function functionPrefix(prefix: string, stackName: string, segment: string): string {
  return `${prefix}/${stackName}/${segment}`;
}

function encodeId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    Array.from(Buffer.from(character, 'utf8'), (byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
