/** The kinds of profile that a function writes, as they stand in keys. */
export const profileTypes = ['wall', 'heap', 'init'] as const;

export type ProfileType = (typeof profileTypes)[number];

/** First segment of every key. */
const keyPrefix = 'profiled-fn';

/** What a snapshot's key says; docs/architecture.md fixes the form. */
export interface SnapshotKey {
  stack: string;
  function: string;
  type: ProfileType;
  /** Place in the instance's rolling window, from 0. */
  slot: number;
  /** 12 hex digits, one for each execution environment. */
  instance: string;
}

const snapshotKey = /^profiled-fn\/([^/]+)\/([^/]+)\/(wall|heap|init)\/(\d{2,})-([0-9a-f]{12})\.pb\.gz$/;

/** What `key` says; undefined: it is not the key of a snapshot. */
export function parseSnapshotKey(key: string): SnapshotKey | undefined {
  const match = snapshotKey.exec(key);
  if (!match) return undefined;
  const [, stack, fn, type, slot, instance] = match;
  return { stack, function: fn, type: type as ProfileType, slot: Number(slot), instance };
}

/** The longest prefix that all snapshots of a stack, or of one of its functions, or of one type of these, share. */
export function snapshotPrefix(stack: string, fn?: string, type?: ProfileType): string {
  if (fn === undefined) return `${keyPrefix}/${stack}/`;
  return type === undefined ? `${keyPrefix}/${stack}/${fn}/` : `${keyPrefix}/${stack}/${fn}/${type}/`;
}

/** A construct path below the stack (`Api/Orders`) as it is written in keys and outputs (`Api.Orders`). */
export function functionNameOfPath(path: string): string {
  return path.split('/').map(escapeId).join('.');
}

function escapeId(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/gu, (character) =>
    [...Buffer.from(character, 'utf8')].map((byte) => `!${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}
