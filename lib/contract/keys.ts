import { isProfileType, type ProfileType } from './profile-types';

/**
 * Keys of snapshots: `<prefix>/<stack>/<function>/<profile type>/<slot>-<instance id>.pb.gz`. The construct allows the
 * function to write below the first three, the sampler writes, and the command lists and reads.
 */

/** The first part of every key, if a store has no prefix. */
export const DEFAULT_PREFIX = 'profiled-fn';

/** Longest prefix of a store, in characters. */
export const MAX_PREFIX_LENGTH = 64;

/**
 * Longest function name, in characters, that leaves room for the rest of a key. S3 allows 1024 bytes. Prefix (64), stack
 * name (128), profile type (71, as `custom.` and 64 characters), file name (21) and slashes take 288 of them.
 */
export const MAX_FUNCTION_NAME_LENGTH = 736;

/** Most slots of a window: two digits of the key count them. */
export const MAX_WINDOW_SIZE = 100;

// Names that no policy of IAM takes for a wildcard, and no folder on disk for anything but a name.
const PREFIX = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;
const STACK_NAME = /^[A-Za-z0-9-]+$/;
const FUNCTION_NAME = /^[A-Za-z0-9_!-]+(?:\.[A-Za-z0-9_!-]+)*$/;
const FILE_NAME = /^(\d{2,})-([0-9a-f]{12})\.pb\.gz$/;

/** The parts of a snapshot's key below the store's prefix. */
export interface SnapshotKey {
  stack: string;
  function: string;
  type: ProfileType;
  /** Place in the instance's rolling window, from 0. */
  slot: number;
  /** 12 hex digits, one for each execution environment. */
  instance: string;
}

/** Whether `text` may be a store's prefix. Its length is not checked. */
export function isPrefix(text: string): boolean {
  return PREFIX.test(text);
}

/** Whether `text` may be a stack's name in keys. */
export function isStackName(text: string): boolean {
  return STACK_NAME.test(text);
}

/** Whether `text` may be a function's name in keys. */
export function isFunctionName(text: string): boolean {
  return FUNCTION_NAME.test(text);
}

/**
 * The function's name in keys, from its construct path below the stack: ids joined with `.`. Every character of an id
 * outside `A-Z a-z 0-9 _ -` is written as `!` and two hex digits for each UTF-8 byte.
 *
 * Different paths give different names. A name has no slash, so no function's prefix contains another's. It has no
 * wildcard of IAM and no separator of the stack's outputs either.
 */
export function functionName(ids: readonly string[]): string {
  return ids.map(escapeId).join('.');
}

function escapeId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** The key prefix of one function below its store's, without a slash at the end. */
export function functionPrefix(prefix: string, stack: string, fn: string): string {
  return `${prefix}/${stack}/${fn}`;
}

/** The function's name at the end of its key prefix. */
export function functionOfPrefix(ownPrefix: string): string {
  return ownPrefix.slice(ownPrefix.lastIndexOf('/') + 1);
}

/**
 * The common prefix of all keys of a stack's snapshots, or of one of its functions, or of one type of these.
 *
 * @returns with a slash at the end
 */
export function listingPrefix(prefix: string, stack: string, fn?: string, type?: ProfileType): string {
  return [prefix, stack, fn, fn === undefined ? undefined : type, '']
    .filter((segment) => segment !== undefined)
    .join('/');
}

/**
 * The key of a snapshot.
 *
 * @param ownPrefix that of the function, see {@link functionPrefix}
 */
export function snapshotKey(ownPrefix: string, type: ProfileType, slot: number, instance: string): string {
  return `${ownPrefix}/${type}/${String(slot).padStart(2, '0')}-${instance}.pb.gz`;
}

/** The parts of a key below `prefix`; undefined if it is not the key of a snapshot. */
export function parseSnapshotKey(key: string, prefix: string = DEFAULT_PREFIX): SnapshotKey | undefined {
  if (!key.startsWith(`${prefix}/`)) return undefined;
  const [stack = '', fn = '', type = '', file = '', ...more] = key.slice(prefix.length + 1).split('/');
  const [, slot, instance] = FILE_NAME.exec(file) ?? [];
  if (slot === undefined || instance === undefined || more.length > 0) return undefined;
  // The parts of a key may become folders, so only names are accepted.
  if (!isStackName(stack) || !isFunctionName(fn) || !isProfileType(type)) return undefined;
  return { stack, function: fn, type, slot: Number(slot), instance };
}
