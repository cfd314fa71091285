import { listingPrefix, parseSnapshotKey, type SnapshotKey } from '../../../lib/contract/keys';
import { openBucket, type StoredObject } from '../../aws/bucket';
import { deleteObjects } from '../../aws/delete-objects';
import type { Session } from '../../aws/session';
import { stackTitle } from '../../show/summary';
import { type LocateOptions, locateStack } from '../../stacks/locate-stacks';
import { selectFunction } from '../../stacks/select-functions';
import type { ProfiledStack } from '../../stacks/stack-outputs';
import { CommandError } from '../../terminal/command-error';
import { formatBytes, formatCount, formatInstant, formatTimeRange } from '../../terminal/format';
import type { Io } from '../../terminal/io';
import { paintFor, printable } from '../../terminal/printable';
import { confirmDeletion } from '../../terminal/prompts';
import { type Column, tableLines } from '../../terminal/table';

export interface PruneOptions extends LocateOptions {
  function?: string;
  /** Snapshots written before this go. */
  olderThan: Date;
  /** Do not ask. */
  yes?: boolean;
  json?: boolean;
}

interface OldSnapshot {
  bucket: string;
  object: StoredObject;
  key: SnapshotKey;
}

/** `profiled-fn prune`: deletes old snapshots, after showing which and asking. Nothing but snapshots is touched. */
export async function runPrune(options: PruneOptions, io: Io): Promise<void> {
  const { session, stack } = await locateStack(options, io);
  const only = options.function === undefined ? undefined : selectFunction(stack, options.function).name;
  const old = await oldSnapshots(session, stack, only, options.olderThan);
  io.progress.clear();
  const groups = groupsOf(old);
  const tell = (changed: number) => {
    if (options.json) io.json(pruneJson(stack, options.olderThan, groups, changed));
    else io.result(pruneText(stack, options.olderThan, old.length, changed));
  };
  if (old.length === 0) return tell(0);
  io.note(planText(stack, groups, io));
  const question = `Delete ${formatCount(old.length, 'snapshot')} of stack ${stack.name} (account ${stack.account}, region ${stack.region})?`;
  if (!options.yes) await confirmDeletion(question, io);
  tell(await deleteAll(session, old));
}

/** @param changed - how many of them were not there any more */
function pruneText(stack: ProfiledStack, olderThan: Date, old: number, changed: number): string {
  if (old === 0) return `Stack ${stack.name} has no snapshot from before ${formatInstant(olderThan)} UTC.\n`;
  const kept = changed === 0 ? '' : ` ${formatCount(changed, 'other')} had been replaced or deleted meanwhile.`;
  return `${formatCount(old - changed, 'snapshot')} deleted.${kept}\n`;
}

function pruneJson({ name, account, region }: ProfiledStack, olderThan: Date, groups: OldGroup[], changed: number) {
  const old = groups.reduce((sum, { snapshots }) => sum + snapshots, 0);
  return { version: 1, stack: name, account, region, olderThan, deleted: old - changed, changed, groups };
}

/** Also those of functions that the stack has no more. */
async function oldSnapshots(
  session: Session,
  stack: ProfiledStack,
  only: string | undefined,
  before: Date,
): Promise<OldSnapshot[]> {
  const old: OldSnapshot[] = [];
  for (const store of stack.stores) {
    const bucket = openBucket(session, store.bucket);
    try {
      for await (const page of bucket.list(listingPrefix(store.prefix, stack.name, only))) {
        for (const object of page) {
          const key = parseSnapshotKey(object.key, store.prefix);
          if (key && object.lastModified < before) old.push({ bucket: store.bucket, object, key });
        }
      }
    } finally {
      bucket.close();
    }
  }
  return old;
}

const columns: Column[] = [
  { title: 'function', shorten: 'end' },
  { title: 'snapshots', align: 'right' },
  { title: 'size', align: 'right' },
  { title: 'written' },
  { title: 'bucket', shorten: 'end' },
];

/** The old snapshots of a function in a bucket. */
interface OldGroup {
  function: string;
  bucket: string;
  snapshots: number;
  bytes: number;
  /** When they were written. */
  first: Date;
  last: Date;
}

function groupsOf(old: OldSnapshot[]): OldGroup[] {
  const groups = new Map<string, OldGroup>();
  for (const { bucket, object, key } of old) {
    const id = JSON.stringify([bucket, key.function]);
    const { size, lastModified } = object;
    const known = groups.get(id);
    const { first, last } = known ?? { first: lastModified, last: lastModified };
    groups.set(id, {
      function: key.function,
      bucket,
      snapshots: (known?.snapshots ?? 0) + 1,
      bytes: (known?.bytes ?? 0) + size,
      first: lastModified < first ? lastModified : first,
      last: lastModified > last ? lastModified : last,
    });
  }
  return [...groups.values()];
}

/** The bucket has a column only if there are several: the first line names it otherwise. */
function planText(stack: ProfiledStack, groups: OldGroup[], { terminal }: Io): string {
  const known = new Set(stack.functions.map((fn) => fn.name));
  const rows = groups.map((group) => [
    group.function + (known.has(group.function) ? '' : ' (not in the stack any more)'),
    group.snapshots.toLocaleString('en-US'),
    formatBytes(group.bytes),
    formatTimeRange(group.first, group.last),
    group.bucket,
  ]);
  const shown = stack.stores.length > 1 ? columns : columns.slice(0, -1);
  const table = tableLines(
    shown,
    rows.map((row) => row.slice(0, shown.length)),
    terminal.width - 2,
  );
  return [...stackTitle(stack, paintFor(terminal.color), terminal.width), ...table.map((line) => `  ${line}`)].join(
    '\n',
  );
}

/**
 * Deletes what was shown, and nothing that has been written to the same keys since.
 *
 * @returns how many were not there any more
 */
async function deleteAll(session: Session, old: OldSnapshot[]): Promise<number> {
  let changed = 0;
  for (const bucket of new Set(old.map((each) => each.bucket))) {
    const objects = old.filter((each) => each.bucket === bucket).map(({ object }) => object);
    const undeleted = await deleteObjects(session, bucket, objects);
    const [first, ...others] = undeleted.filter((each) => !each.changed);
    changed += undeleted.length - others.length - (first ? 1 : 0);
    if (!first) continue;
    throw new CommandError(
      `${formatCount(others.length + 1, 'snapshot')} of bucket ${bucket} could not be deleted. ${printable(first.key)}: ${printable(first.reason)}.`,
      /^AccessDenied/.test(first.reason)
        ? 'Allow s3:DeleteObject and s3:GetObject for the role or user that you sign in as, and prune again.'
        : 'Prune again in a minute to delete the rest.',
    );
  }
  return changed;
}
