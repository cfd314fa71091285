import { inRegion, openSessions, type Session, type SessionOptions } from '../aws/session';
import { CommandError } from '../terminal/command-error';
import type { Io } from '../terminal/io';
import { askMfaCode } from '../terminal/prompts';
import { type AppStack, appStacks } from './app-stacks';
import { assembliesAround } from './assemblies';
import { bucketStacks } from './bucket-stacks';
import { chooseStack } from './choose-stack';
import { describeStack, findStack, noStack, profiledStacks, regionsText } from './find-stacks';
import { type ProfiledStack, profiledStack } from './stack-outputs';

/** A stack, and the session of its region. */
export interface Located {
  session: Session;
  stack: ProfiledStack;
}

/** Flags that say where to look. */
export interface LocateOptions extends SessionOptions {
  stack?: string;
  /** `s3://bucket/prefix`: looks at keys there, and at no stack. */
  bucket?: string;
}

type Sessions = [Session, ...Session[]];

/** The sessions that flags and environment ask for; asks for the code of an MFA device where somebody is there. */
export function sessionsOf(options: SessionOptions, io: Io): Promise<Sessions> {
  return openSessions({ ...options, mfaCode: io.terminal.interactive ? askMfaCode : undefined });
}

/**
 * The one stack that is meant: the one that is named; that of the CDK app in this folder; the only one there is; or
 * the one that is chosen, where somebody is there to be asked.
 *
 * @throws CommandError if there is none, or none can be chosen
 */
export async function locateStack(options: LocateOptions, io: Io): Promise<Located> {
  const sessions = await sessionsOf(options, io);
  const app = appStacks(assembliesAround(process.cwd(), () => {}));
  try {
    if (options.bucket !== undefined) return await chooseOf(await inBucket(sessions[0], options), io);
    if (options.stack !== undefined) return await findNamed(sessions, options.stack, regionsOfApp(app, options), io);
    const ofApp = await stacksOfApp(sessions, app, options, io);
    return await chooseOf(ofApp.length > 0 ? ofApp : await allStacks(sessions, io), io);
  } finally {
    io.progress.clear();
  }
}

/**
 * All stacks of the regions asked for, otherwise also of those that the CDK app in this folder deploys to, its own
 * first; or the one that is named.
 *
 * @throws CommandError if there is none
 */
export async function locateStacks(options: LocateOptions, io: Io): Promise<Located[]> {
  if (options.stack !== undefined) return [await locateStack(options, io)];
  const sessions = await sessionsOf(options, io);
  try {
    if (options.bucket !== undefined) return await inBucket(sessions[0], options);
    const app = appStacks(assembliesAround(process.cwd(), () => {}));
    const names = new Set(app.map(({ name }) => name));
    const all = await allStacks(withRegionsOfApp(sessions, app, options), io);
    return [...all.filter(({ stack }) => names.has(stack.name)), ...all.filter(({ stack }) => !names.has(stack.name))];
  } finally {
    io.progress.clear();
  }
}

async function chooseOf(located: Located[], io: Io): Promise<Located> {
  io.progress.clear();
  return chooseStack(located, io);
}

async function inBucket(session: Session, { bucket = '', stack }: LocateOptions): Promise<Located[]> {
  return (await bucketStacks(session, bucket, stack)).map((each) => ({ session, stack: each }));
}

/** @param more - regions in which this folder's app has such a stack, where no region was asked for */
async function findNamed(sessions: Sessions, name: string, more: Map<string, string[]>, io: Io): Promise<Located> {
  const [first] = sessions;
  const others = (more.get(name) ?? []).filter((region) => sessions.every((session) => session.region !== region));
  const all: Sessions = [...sessions, ...others.map((region) => inRegion(first, region))];
  if (all.length === 1) {
    io.progress.show(() => `Looking for stack ${name} in ${first.region}`);
    return { session: first, stack: await findStack(first, name) };
  }
  const found = await inEachRegion(all, io, async (session) => {
    const described = await describeStack(session, name);
    return described ? [{ session, described }] : [];
  });
  if (found.length === 0) throw await noStack(all, name);
  if (found.length > 1) {
    throw new CommandError(
      `There is a stack named ${name} in ${await regionsText(found.map(({ session }) => session) as Sessions)}.`,
      'Choose one with --region.',
    );
  }
  const [{ session }] = found;
  return { session, stack: await findStack(session, name) };
}

/** The deployed stacks of this folder's app, each in the region that the app gives it or else in all asked for. */
async function stacksOfApp(sessions: Sessions, app: AppStack[], options: LocateOptions, io: Io): Promise<Located[]> {
  const regions = regionsOfApp(app, options);
  const located: Located[] = [];
  for (const name of new Set(app.map((each) => each.name))) {
    const own = regions.get(name)?.map((region) => inRegion(sessions[0], region));
    for (const session of own ?? sessions) {
      io.progress.show(() => `Looking for stack ${name} in ${session.region}`);
      // Not being allowed to see one of them must not hide the others: all stacks are looked at then.
      const described = await describeStack(session, name).catch((error) => {
        if (!(error instanceof CommandError)) throw error;
        return undefined;
      });
      const stack = described && profiledStack(described);
      if (stack) located.push({ session, stack });
    }
  }
  return located;
}

/** The sessions, and where no region was asked for, those of the regions that this folder's app deploys to. */
export function withRegionsOfApp(sessions: Sessions, app: AppStack[], options: SessionOptions): Sessions {
  const regions = new Set([...regionsOfApp(app, options).values()].flat());
  for (const { region } of sessions) regions.delete(region);
  return [...sessions, ...[...regions].map((region) => inRegion(sessions[0], region))];
}

/** Where this folder's app puts its stacks, by name; a region that was asked for counts more. */
function regionsOfApp(app: AppStack[], { region }: SessionOptions): Map<string, string[]> {
  const regions = new Map<string, string[]>();
  if (region !== undefined && region.length > 0) return regions;
  for (const each of app) {
    if (each.region !== undefined) regions.set(each.name, [...(regions.get(each.name) ?? []), each.region]);
  }
  return regions;
}

async function allStacks(sessions: Sessions, io: Io): Promise<[Located, ...Located[]]> {
  let total = 0;
  const refused: CommandError[] = [];
  const [first, ...rest] = await inEachRegion(sessions, io, async (session) => {
    const found = await profiledStacks(session);
    total += found.total;
    refused.push(...found.refused);
    return found.stacks.map((stack) => ({ session, stack }));
  });
  if (first) {
    for (const { message } of refused) io.note(`Left out: ${message}`);
    return [first, ...rest];
  }
  if (refused[0]) throw refused[0];
  const where = await regionsText(sessions);
  throw new CommandError(
    total === 0
      ? `There are no stacks in ${where}.`
      : `None of the ${total} stacks in ${where} has profiled functions.`,
    'Check the region (--region, AWS_REGION) and the account (--profile, AWS_PROFILE);\nif they are right, add `new ProfiledFunction(…)` to a stack and deploy it.',
  );
}

/** What `look` finds in all regions at the same time. One that cannot be looked at is named where others can. */
export async function inEachRegion<T>(
  sessions: Sessions,
  io: Io,
  look: (session: Session) => Promise<T[]>,
): Promise<T[]> {
  io.progress.show(() => `Looking for stacks in ${sessions.map(({ region }) => region).join(', ')}`);
  const settled = await Promise.allSettled(sessions.map(look));
  const failures = settled.flatMap((each, index) =>
    each.status === 'rejected' ? [{ error: each.reason as unknown, region: sessions[index].region }] : [],
  );
  if (failures.length === sessions.length) throw failures[0].error;
  for (const { error, region } of failures) {
    if (!(error instanceof CommandError)) throw error;
    io.note(`Region ${region} is skipped: ${error.message}`);
  }
  return settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}
