import { openBucket } from './aws/bucket';
import type { Session } from './aws/session';
import { CommandError } from './command-error';
import { type FetchedProfile, type FetchedStack, type FetchProgress, type FetchRequest, fetchStack } from './fetch';
import { formatBytes, formatCount } from './format';
import type { Io } from './io';
import { type ShowOptions, showProfiles } from './show';
import { fetchJson, fetchSummary } from './summary';
import type { ViewedProfile } from './viewer/pages';

/** What becomes of the profiles. */
export interface OutputOptions extends ShowOptions {
  json?: boolean;
}

/**
 * Fetches, prints what came, and shows it.
 *
 * @throws CommandError where none of the requests brings a single profile
 */
export async function fetchAndShow(
  session: Session,
  requests: FetchRequest[],
  options: OutputOptions,
  io: Io,
): Promise<void> {
  const fetched: FetchedStack[] = [];
  for (const request of requests) {
    const bucket = openBucket(session, request.stack.bucket);
    try {
      fetched.push(
        await fetchStack(bucket, request, (progress) => io.progress.show(() => progressText(request, progress))),
      );
    } finally {
      bucket.close();
      io.progress.clear();
    }
  }
  const profiles = fetched.flatMap((each) => each.profiles.map((profile) => viewed(each, profile)));
  if (profiles.length === 0) throw nothingFetched(fetched, requests[0].type);
  io.result(
    options.json ? `${JSON.stringify(fetchJson(fetched), undefined, 2)}\n` : fetchSummary(fetched, io.terminal),
  );
  await showProfiles(fetched.map((each) => each.stack.name).join(', '), profiles, options, io);
}

function progressText({ stack }: FetchRequest, { done, total, bytes }: FetchProgress): string {
  return `Fetching ${stack.name}: ${done} of ${formatCount(total, 'snapshot')}, ${formatBytes(bytes)} downloaded`;
}

function viewed({ stack }: FetchedStack, profile: FetchedProfile): ViewedProfile {
  return { stack: stack.name, function: profile.function, type: profile.type, bytes: profile.bytes };
}

function nothingFetched(fetched: FetchedStack[], type: string | undefined): CommandError {
  const [{ stack, functions, skipped }] = fetched;
  const names = functions.map((fn) => fn.name).join(', ');
  const [first] = skipped;
  if (first) {
    return new CommandError(
      `None of the ${formatCount(skipped.length, 'object')} of ${names} in bucket ${stack.bucket} can be used; ${first.key}: ${first.reason}.`,
      'Was something else written there? Invoke the function again, and fetch after its first invocation.',
    );
  }
  const what = type === undefined ? 'no snapshot' : `no ${type} snapshot`;
  return new CommandError(
    `${names} of stack ${stack.name} has ${what} in bucket ${stack.bucket}: it has not run since it was deployed, or the snapshots have expired.`,
    `Invoke it once (aws lambda invoke --function-name ${functions[0].lambdaName} out.json) and fetch again;\nif it ran, look in its log for lines of profiled-fn, and check that profiling is enabled.`,
  );
}
