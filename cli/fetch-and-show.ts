import { openBucket } from './aws/bucket';
import type { Session } from './aws/session';
import { CommandError } from './command-error';
import { type FetchedProfile, type FetchedStack, type FetchProgress, type FetchRequest, fetchStack } from './fetch';
import { formatBytes, formatCount } from './format';
import type { Io } from './io';
import { type ShowOptions, showProfiles } from './show';
import { bucketsText, fetchJson, fetchSummary } from './summary';
import { printable } from './terminal';
import type { ViewedProfile } from './viewer/pages';

/** What becomes of the profiles. */
export interface OutputOptions extends ShowOptions {
  json?: boolean;
}

/** A stack to fetch from, and whose credentials to use. */
export interface Source {
  session: Session;
  request: FetchRequest;
}

/** What a command adds of its own. */
export interface Additions {
  /** Further members of the `--json` result. */
  json?: object;
  /** What to do where `fn`, the Lambda name of a function, has left nothing. */
  whenNothing(fn: string): string;
  /** Called when the viewer is served and all is said. */
  beforeWaiting?(): void;
}

/**
 * Fetches, prints what came, and shows it.
 *
 * @returns whether the viewer was served, until the user ended it
 * @throws CommandError where none of the sources brings a single profile
 */
export async function fetchAndShow(
  sources: [Source, ...Source[]],
  options: OutputOptions,
  io: Io,
  additions: Additions,
): Promise<boolean> {
  const fetched: FetchedStack[] = [];
  for (const source of sources) fetched.push(await fetchFrom(source, io));
  const profiles = fetched.flatMap((each) => each.profiles.map((profile) => viewed(each, profile)));
  if (profiles.length === 0) throw nothingFetched(fetched[0], sources[0].request.type, additions);
  io.result(
    options.json
      ? `${JSON.stringify({ ...fetchJson(fetched), ...additions.json }, undefined, 2)}\n`
      : fetchSummary(fetched, io.terminal),
  );
  return showProfiles(
    fetched.map((each) => each.stack.name).join(', '),
    profiles,
    options,
    io,
    additions.beforeWaiting,
  );
}

async function fetchFrom({ session, request }: Source, io: Io): Promise<FetchedStack> {
  const stores = request.stack.stores.map(({ bucket, prefix }) => ({ bucket: openBucket(session, bucket), prefix }));
  try {
    return await fetchStack(stores, request, (progress) => io.progress.show(() => progressText(request, progress)));
  } finally {
    for (const { bucket } of stores) bucket.close();
    io.progress.clear();
  }
}

function progressText({ stack }: FetchRequest, { done, total, bytes }: FetchProgress): string {
  return `Fetching ${stack.name}: ${done} of ${formatCount(total, 'snapshot')}, ${formatBytes(bytes)} downloaded`;
}

function viewed({ stack }: FetchedStack, profile: FetchedProfile): ViewedProfile {
  return { stack: stack.name, function: profile.function, type: profile.type, bytes: profile.bytes };
}

function nothingFetched(
  { stack, functions, skipped, unreadable }: FetchedStack,
  type: string | undefined,
  additions: Additions,
): CommandError {
  const names = functions.map((fn) => fn.name).join(', ');
  const where = bucketsText(stack);
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
      `Was something else written there? ${additions.whenNothing(functions[0].lambdaName)}`,
    );
  }
  return new CommandError(
    `There is no ${type === undefined ? '' : `${type} `}snapshot of ${names} (stack ${stack.name}) in ${where}: it has not run since it was deployed, or its snapshots have expired.`,
    additions.whenNothing(functions[0].lambdaName),
  );
}
