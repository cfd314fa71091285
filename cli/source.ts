import { join } from 'node:path';
import { openBucket } from './aws/bucket';
import type { Session } from './aws/session';
import { CommandError } from './command-error';
import { type LocateOptions, locateStack } from './discovery';
import { type FetchedStack, type FetchRequest, fetchStack } from './fetch';
import { formatBytes, formatCount } from './format';
import type { Io } from './io';
import type { ProfileType } from './keys';
import { publishedSourceMaps } from './published-source-maps';
import type { FetchProgress } from './read-snapshots';
import { selectFunctions } from './select';
import { type Selection, selectionText } from './selection';
import type { OpenStore } from './snapshots';
import { assembliesAround } from './source-maps';
import { bucketsText } from './summary';
import { printable } from './terminal';

/** A stack to fetch from, and whose credentials to use. */
export interface Source {
  session: Session;
  request: FetchRequest;
}

/** Flags that say what to fetch. */
export interface SourceOptions extends LocateOptions, Selection {
  function?: string;
  type?: ProfileType;
  out: string;
}

/** What the flags ask for. */
export async function findSource(options: SourceOptions, io: Io): Promise<Source> {
  const { session, stack } = await locateStack(options, io);
  const functions = selectFunctions(stack, options.function);
  const assemblies = assembliesAround(process.cwd(), io.note);
  return {
    session,
    request: {
      stack,
      functions,
      type: options.type,
      selection: options,
      out: options.out,
      assemblies,
      findArchive: publishedSourceMaps(session, stack, join(options.out, '.cache', 'sourcemaps')),
    },
  };
}

/** Fetches from `source`, with progress on the terminal. */
export function fetchFrom(source: Source, io: Io): Promise<FetchedStack> {
  return withStores(source, io, (stores, onProgress) => fetchStack(stores, source.request, onProgress));
}

/** Opens the stores of `source` for `work`, and shows how far that is. */
export async function withStores<T>(
  { session, request }: Source,
  io: Io,
  work: (stores: OpenStore[], onProgress: (progress: FetchProgress) => void) => Promise<T>,
): Promise<T> {
  const stores = request.stack.stores.map(({ bucket, prefix }) => ({ bucket: openBucket(session, bucket), prefix }));
  try {
    return await work(stores, (progress) => io.progress.show(() => progressText(request, progress)));
  } finally {
    for (const { bucket } of stores) bucket.close();
    io.progress.clear();
  }
}

function progressText({ stack }: FetchRequest, { done, total, bytes }: FetchProgress): string {
  return `Fetching ${stack.name}: ${done} of ${formatCount(total, 'snapshot')}, ${formatBytes(bytes)} downloaded`;
}

/** What to do where `fn`, the Lambda name of a function in AWS, has left nothing. */
export function whenNothingInAws(fn: string): string {
  return `Invoke it (aws lambda invoke --function-name ${fn} out.json) and fetch again. If it has run:\nits log has lines of profiled-fn that say why nothing was written.`;
}

/** The error where a fetch has brought no profile at all. */
export function nothingFetched(
  { stack, functions, skipped, unreadable, unselected, versions }: FetchedStack,
  { type, selection }: FetchRequest,
  whenNothing: (fn: string) => string,
): CommandError {
  const names = functions.map((fn) => fn.name).join(', ');
  const where = bucketsText(stack);
  if (unselected > 0) {
    const known = versions.length > 0 ? ` There are snapshots of version ${versions.join(', ')}.` : '';
    return new CommandError(
      `None of the ${formatCount(unselected, 'snapshot')} of ${names} is what ${selectionText(selection)} selects.`,
      `Select less narrowly.${known}`,
    );
  }
  if (unreadable[0]) {
    return new CommandError(
      `Of ${where} not all can be read, and there is no snapshot of ${names} in the others. ${unreadable[0].reason}`,
      unreadable[0].remedy,
    );
  }
  const [first] = skipped;
  if (first) {
    return new CommandError(
      `None of the ${formatCount(skipped.length, 'object')} of ${names} in ${where} can be used. ${printable(first.key)}: ${first.reason}.`,
      `Was something else written there? ${whenNothing(functions[0].lambdaName)}`,
    );
  }
  return new CommandError(
    `There is no ${type === undefined ? '' : `${type} `}snapshot of ${names} (stack ${stack.name}) in ${where}: it has not run since it was deployed, or its snapshots have expired.`,
    whenNothing(functions[0].lambdaName),
  );
}
