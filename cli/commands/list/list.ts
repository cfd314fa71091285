import { openBucket } from '../../aws/bucket';
import type { Session } from '../../aws/session';
import { stackTitle } from '../../show/summary';
import { countsText, emptyInventory, type FunctionInventory, takeInventory } from '../../snapshots/inventory';
import { type LocateOptions, locateStacks } from '../../stacks/locate-stacks';
import type { ProfiledStack } from '../../stacks/stack-outputs';
import { CommandError } from '../../terminal/command-error';
import { formatInstant } from '../../terminal/format';
import type { Io } from '../../terminal/io';
import { paintFor } from '../../terminal/printable';
import { type Column, tableLines } from '../../terminal/table';
import { indented } from '../../terminal/wrapped';

export interface ListOptions extends LocateOptions {
  json?: boolean;
}

interface StackInventory {
  stack: ProfiledStack;
  functions: FunctionInventory[];
  /** Why it could not be looked into; then `functions` have no snapshots. */
  unreadable: string[];
}

/** `profiled-fn list`: the stacks with profiled functions, and what there is of them. Reads no snapshot. */
export async function runList(options: ListOptions, io: Io): Promise<void> {
  const inventories: StackInventory[] = [];
  for (const { session, stack } of await locateStacks(options, io)) {
    io.progress.show(() => `Looking into ${stack.name}`);
    inventories.push(await inventoryOf(session, stack));
  }
  io.progress.clear();
  if (options.json) io.json(listJson(inventories));
  else io.result(listText(inventories, io));
}

async function inventoryOf(session: Session, stack: ProfiledStack): Promise<StackInventory> {
  const stores = stack.stores.map(({ bucket, prefix }) => ({ bucket: openBucket(session, bucket), prefix }));
  try {
    const { functions, unreadable } = await takeInventory(stores, stack);
    return { stack, functions, unreadable: unreadable.map(({ bucket, reason }) => `bucket ${bucket}: ${reason}`) };
  } catch (error) {
    // One stack's bucket that cannot be read must not hide the other stacks.
    if (!(error instanceof CommandError)) throw error;
    return { stack, functions: emptyInventory(stack), unreadable: [error.message] };
  } finally {
    for (const { bucket } of stores) bucket.close();
  }
}

/** A column, its cells, and the width of a terminal below which the others need its room. */
const columns: (Column & { cell(fn: FunctionInventory): string; from?: number })[] = [
  { title: 'function', shorten: 'end', cell: (fn) => fn.function },
  { title: 'snapshots', shorten: 'end', cell: (fn) => countsText(fn.snapshots) },
  { title: 'instances', align: 'right', from: 72, cell: (fn) => fn.instances.toLocaleString('en-US') },
  { title: 'last (UTC)', cell: (fn) => (fn.last === undefined ? '-' : formatInstant(fn.last)) },
  { title: 'name in Lambda', shorten: 'start', from: 110, cell: (fn) => fn.lambdaName },
];

function listText(inventories: StackInventory[], { terminal }: Io): string {
  const paint = paintFor(terminal.color);
  const shown = columns.filter(({ from = 0 }) => terminal.width >= from);
  const blocks = inventories.map(({ stack, functions, unreadable }) => {
    const rows = functions.map((fn) => shown.map(({ cell }) => cell(fn)));
    const [titles, ...lines] = tableLines(shown, rows, terminal.width - 2).map((line) => `  ${line}`);
    return [
      ...stackTitle(stack, paint, terminal.width),
      paint.dim(titles),
      ...lines,
      ...unreadable.flatMap((reason) => indented(reason, terminal.width, 2)),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function listJson(inventories: StackInventory[]): object {
  return {
    version: 1,
    stacks: inventories.map(({ stack: { name, functions: _, ...stack }, functions, unreadable }) => ({
      stack: name,
      ...stack,
      functions,
      unreadable,
    })),
  };
}
