import { compareProfileTypes, PROFILE_TYPES, type ProfileType } from '../../lib/contract/profile-types';
import { takeInventory } from '../snapshots/inventory';
import { cachedStores } from '../snapshots/last-listing';
import { type Selection, selectionText } from '../snapshots/selection';
import { SnapshotList } from '../snapshots/snapshot-list';
import { bucketsText } from '../stacks/stack-outputs';
import { CommandError } from '../terminal/command-error';
import { formatCount } from '../terminal/format';
import { didYouMean } from '../terminal/nearest';
import { printable } from '../terminal/printable';
import type { FetchedProfile, FetchedStack } from './fetch-stack';
import { openStores, type Source } from './source';

/** What to do where `fn`, the Lambda name of a function in AWS, has left nothing. */
export function whenNothingInAws(fn: string): string {
  return `Invoke it (aws lambda invoke --function-name ${fn} out.json) and fetch again. If it has run:\nits log has lines of profiled-fn that say why nothing was written, and \`profiled-fn doctor\` looks for the cause.`;
}

/** Whether flags select none of the samples of any profile. */
export function isEmptied(profiles: readonly FetchedProfile[]): boolean {
  return profiles.every(({ whyEmpty }) => whyEmpty !== undefined);
}

/** The error where flags select none of the samples of what has been fetched. */
export function nothingSelected(profiles: readonly FetchedProfile[], selection: Selection): CommandError {
  const names = new Set(profiles.map((profile) => profile.function));
  // Of a function's profiles the first, of time, has labels.
  return nothingSelectedOf([...names].join(', '), selection, profiles[0]?.whyEmpty ?? '');
}

/** The same of one thing. */
export function nothingSelectedOf(of: string, selection: Selection, whyEmpty: string): CommandError {
  return new CommandError(`No sample of ${of} matches ${selectionText(selection)}.`, whyEmpty);
}

/** The error where a fetch has brought no profile at all. */
export async function nothingFetched(
  { stack, functions, skipped, unreadable, unselected, versions }: FetchedStack,
  source: Source,
  whenNothing: (fn: string) => string,
): Promise<CommandError> {
  const { type, selection } = source.request;
  const names = functions.map((fn) => fn.name).join(', ');
  const where = bucketsText(stack);
  if (unselected > 0) {
    const known = versions.length > 0 ? ` There are snapshots of version ${versions.join(', ')}.` : '';
    return new CommandError(
      `None of the ${formatCount(unselected, 'snapshot')} of ${names} matches ${selectionText(selection)}.`,
      `Select less narrowly.${known}`,
    );
  }
  if (unreadable[0]) {
    return new CommandError(
      `A part of ${where} cannot be read, and the rest has no snapshot of ${names}. ${unreadable[0].reason}`,
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
  const others = type === undefined ? [] : await typesIn(source);
  if (type !== undefined && others.length > 0) {
    return new CommandError(
      `There is no ${type} snapshot of ${names} (stack ${stack.name}) in ${where}, only ${others.join(', ')}.`,
      withoutType(type, others),
    );
  }
  if (source.listing) {
    return new CommandError(
      `Nothing of ${names} (stack ${stack.name}) is left of the last fetch.`,
      'Fetch it again without --cached.',
    );
  }
  return new CommandError(
    `There is no ${type === undefined ? '' : `${type} `}snapshot of ${names} (stack ${stack.name}) in ${where}: it has not run since it was deployed, only on instances that are not profiled, or its snapshots have expired.`,
    whenNothing(functions[0].lambdaName),
  );
}

/** What to do if there are other types of profiles, and not the one that is asked for. */
function withoutType(type: ProfileType, others: ProfileType[]): string {
  const choose = `Choose with --type: ${others.join(', ')}.`;
  if (!PROFILE_TYPES.includes(type)) return `${didYouMean(type, [...others, ...PROFILE_TYPES])}${choose}`;
  return `${choose} Which of them functions write, \`profiles\` of their profilingOptions says.`;
}

/** Types of the snapshots that there are of the functions, in the order in which they are shown. */
async function typesIn({ session, listing, request: { stack, functions, out } }: Source): Promise<ProfileType[]> {
  const stores = session ? openStores(session, stack, new SnapshotList()) : listing ? cachedStores(listing, out) : [];
  try {
    const inventory = await takeInventory(stores, { ...stack, functions });
    const types = inventory.functions.flatMap(({ snapshots }) => Object.keys(snapshots));
    return [...new Set(types)].sort(compareProfileTypes);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return []; // what is known already has to do
  } finally {
    for (const { bucket } of stores) bucket.close();
  }
}
