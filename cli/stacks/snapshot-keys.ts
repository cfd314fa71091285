/** The kinds of profile that functions write today, as they stand in keys; `custom.<name>` are the user's own. */
export const knownProfileTypes: readonly ProfileType[] = [
  'wall',
  'heap',
  'alloc',
  'init',
  'wait',
  'loop',
  'async',
  'thread',
  'worker',
  'gc',
];

/** What a profile is of. Open: a newer sampler may write what this version has never heard of. */
export type ProfileType = string;

const profileType = String.raw`[a-z]+|custom\.[A-Za-z0-9_-]{1,64}`;
const wholeProfileType = new RegExp(`^(?:${profileType})$`);

/** Whether `text` may name a profile type. */
export function isProfileType(text: string): boolean {
  return wholeProfileType.test(text);
}

/** Sorts profile types: those that everybody knows first, then by name. */
export function compareProfileTypes(a: ProfileType, b: ProfileType): number {
  const rank = (type: string) => {
    const known = knownProfileTypes.indexOf(type);
    return known < 0 ? knownProfileTypes.length : known;
  };
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** What keys begin with where a stack's outputs name nothing else. */
export const defaultKeyPrefix = 'profiled-fn';

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

/** As CloudFormation and the constructs write them; so what a key says may become a folder. */
const stackName = '[A-Za-z0-9-]+';
const functionName = String.raw`[A-Za-z0-9_!-]+(?:\.[A-Za-z0-9_!-]+)*`;
const snapshotKey = new RegExp(
  String.raw`^(${stackName})/(${functionName})/(${profileType})/(\d{2,})-([0-9a-f]{12})\.pb\.gz$`,
);

/** What a key below `prefix` says; undefined: it is not the key of a snapshot. */
export function parseSnapshotKey(key: string, prefix = defaultKeyPrefix): SnapshotKey | undefined {
  const match = key.startsWith(`${prefix}/`) ? snapshotKey.exec(key.slice(prefix.length + 1)) : null;
  if (!match) return undefined;
  const [, stack, fn, type, slot, instance] = match;
  return { stack, function: fn, type, slot: Number(slot), instance };
}

/** The longest prefix that all snapshots of a stack, or of one of its functions, or of one type of these, share. */
export function snapshotPrefix(prefix: string, stack: string, fn?: string, type?: ProfileType): string {
  return [prefix, stack, fn, fn === undefined ? undefined : type, '']
    .filter((segment) => segment !== undefined)
    .join('/');
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
