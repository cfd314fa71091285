/**
 * The first part of every key that we write. The rest of the layout stands in docs/architecture.md; the function
 * and the command rely on it.
 */
export const KEY_ROOT = 'profiled-fn';

/**
 * Longest function segment, in characters, that leaves room for the rest of a key: S3 allows 1024 bytes, and root,
 * stack name (up to 128), profile type and file name take less than 224 of them.
 */
export const MAX_SEGMENT_LENGTH = 800;

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

/** The key prefix of one function, without a slash at the end. */
export function functionPrefix(stackName: string, segment: string): string {
  return `${KEY_ROOT}/${stackName}/${segment}`;
}

function encodeId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    Array.from(Buffer.from(character, 'utf8'), (byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
