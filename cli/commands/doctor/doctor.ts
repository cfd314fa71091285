import { describeIdentity } from '../../aws/caller-identity';
import { clockOffsetMs } from '../../aws/clock';
import { isAccessDenied } from '../../aws/errors';
import type { Session, SessionOptions } from '../../aws/session';
import { type AppStack, appStacks } from '../../stacks/app-stacks';
import { assembliesAround } from '../../stacks/assemblies';
import { describeStack, describeStacks, isSettled, noStack, regionsText } from '../../stacks/find-stacks';
import { inEachRegion, sessionsOf, withRegionsOfApp } from '../../stacks/locate-stacks';
import type { DescribedStack } from '../../stacks/stack-outputs';
import { CommandError } from '../../terminal/command-error';
import type { Io } from '../../terminal/io';
import type { Finding, StackFacts } from './facts';
import { checkFunction } from './function-checks';
import { gatherFacts } from './gather';
import { doctorJson, doctorText, type Examined, errorsText } from './report';
import { checkClock, checkStack } from './stack-checks';

export interface DoctorOptions extends SessionOptions {
  /** @default - all with profiled functions, and those of this folder's app that are not well */
  stack?: string;
  json?: boolean;
}

/** `profiled-fn doctor`: finds what keeps profiles from being written or fetched, and says what to do. */
export async function runDoctor(options: DoctorOptions, io: Io): Promise<void> {
  const sessions = await sessionsOf(options, io);
  const clock = checkClock(await clockOffsetMs(sessions[0]));
  const app = appStacks(assembliesAround(process.cwd(), io.note));
  const found = await stacksToExamine(sessions, options, app, io);
  const examined: Examined[] = [];
  for (const { session, stack } of found) {
    io.progress.show(() => `Looking at ${stack.name}`);
    examined.push(examine(await gatherFacts(session, stack, new Date())));
  }
  io.progress.clear();
  const identity = await describeIdentity(sessions[0]);
  if (options.json) io.json(doctorJson(clock, examined));
  else io.result(doctorText(identity, clock, examined, io.terminal));
  const errors = [...clock, ...examined.flatMap(({ findings }) => findings)].filter(({ level }) => level === 'error');
  if (errors.length > 0)
    throw new CommandError(errorsText(errors.length), 'The lines above say how to fix each of them.');
}

/** All findings of all checks. */
function examine(facts: StackFacts): Examined {
  const findings: Finding[] = [...checkStack(facts), ...facts.functions.flatMap((fn) => checkFunction(fn, facts))];
  return { facts, findings };
}

interface FoundStack {
  session: Session;
  stack: DescribedStack;
}

/** @throws CommandError if there is nothing to examine */
async function stacksToExamine(
  sessions: [Session, ...Session[]],
  options: DoctorOptions,
  app: AppStack[],
  io: Io,
): Promise<FoundStack[]> {
  const name = options.stack;
  const ofApp = name === undefined ? app : app.filter((each) => each.name === name);
  const everywhere = withRegionsOfApp(sessions, ofApp, options);
  const found = await inEachRegion(everywhere, io, async (session): Promise<FoundStack[]> => {
    const stacks = name === undefined ? await suspects(session, app) : [await describeStack(session, name)];
    return stacks.flatMap((stack) => (stack ? [{ session, stack }] : []));
  });
  if (found.length > 0) return found;
  if (name !== undefined) throw await noStack(everywhere, name);
  throw new CommandError(
    `There is no stack with profiled functions in ${await regionsText(everywhere)}.`,
    'Check the region (--region, AWS_REGION) and the account (--profile, AWS_PROFILE), or name a stack with --stack;\nif they are right, add `new ProfiledFunction(…)` to a stack and deploy it.',
  );
}

/** The stacks with our outputs, and those of this folder's app whose deployment has not ended well. */
async function suspects(session: Session, app: AppStack[]): Promise<DescribedStack[]> {
  const names = new Set(app.map(({ name }) => name));
  const stacks = await describeStacks(session).catch(async (error) => {
    if (!isDenied(error)) throw error;
    // Who may not see all stacks may see those of the app.
    const own = await Promise.allSettled([...names].map((name) => describeStack(session, name)));
    const seen = own.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []));
    if (seen.length === 0) throw error;
    return seen;
  });
  return stacks.filter(
    ({ name, status, outputs }) =>
      Object.keys(outputs).some((key) => key.startsWith('ProfiledFn')) || (names.has(name) && !isSettled(status)),
  );
}

function isDenied(error: unknown): boolean {
  return error instanceof CommandError && isAccessDenied(error);
}
