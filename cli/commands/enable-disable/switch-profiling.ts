import { forEachBounded } from '../../aws/bounded';
import { type Alias, type Lambda, openLambda } from '../../aws/lambda';
import { type LocateOptions, locateStack } from '../../stacks/locate-stacks';
import {
  type ProfilingSwitch,
  readSwitch,
  sameSwitch,
  switchedOff,
  switchedOn,
  switchText,
} from '../../stacks/profiling-switch';
import { selectFunctions } from '../../stacks/select-functions';
import type { ProfiledStack, StackFunction } from '../../stacks/stack-outputs';
import { CommandError } from '../../terminal/command-error';
import { formatCount } from '../../terminal/format';
import type { Io } from '../../terminal/io';
import { paintFor, printable } from '../../terminal/printable';
import { confirmChange } from '../../terminal/prompts';
import { type Column, tableLines } from '../../terminal/table';
import { headed, wrapped } from '../../terminal/wrapped';
import { changeSwitch, requireChangeable } from './change-function';

export interface SwitchOptions extends LocateOptions {
  /** @default - all functions of the stack */
  function: string[];
  /** Do not ask. */
  yes?: boolean;
  json?: boolean;
}

export interface EnableOptions extends SwitchOptions {
  /** 0 to 1. @default - as it was */
  fraction?: number;
}

/** What is to become of a function. */
interface PlannedChange {
  fn: StackFunction;
  before?: ProfilingSwitch;
  after?: ProfilingSwitch;
  /** Aliases whose callers get a published version, which stays as it is. */
  fixed: Alias[];
  /** Why it cannot be changed, or was not. */
  problem?: CommandError;
}

/** Functions that are looked at or changed at a time; Lambda's API takes 15 changes a second of an account. */
const atATime = 4;

/** `profiled-fn enable`: profiles deployed functions from now on, without a deployment. */
export function runEnable({ fraction, ...options }: EnableOptions, io: Io): Promise<void> {
  return switchFunctions(options, (now) => switchedOn(now, fraction), io);
}

/** `profiled-fn disable`: stops profiling deployed functions, without a deployment. */
export function runDisable(options: SwitchOptions, io: Io): Promise<void> {
  return switchFunctions(options, switchedOff, io);
}

async function switchFunctions(
  options: SwitchOptions,
  change: (now: ProfilingSwitch) => ProfilingSwitch,
  io: Io,
): Promise<void> {
  const { session, stack } = await locateStack(options, io);
  const functions = options.function.length === 0 ? [undefined] : options.function;
  const wanted = new Set(functions.flatMap((name) => selectFunctions(stack, name)));
  const lambda = openLambda(session);
  try {
    io.progress.show(() => `Looking at ${formatCount(wanted.size, 'function')} of ${stack.name}`);
    const plan = await planChanges(lambda, [...wanted], change);
    io.progress.clear();
    io.note(planText(stack, plan, io));
    const due = plan.filter(({ before, after }) => before && after && !sameSwitch(before, after));
    if (due.length > 0) {
      const question = `Change ${formatCount(due.length, 'function')} of stack ${stack.name} (account ${stack.account}, region ${stack.region})?`;
      if (!options.yes) await confirmChange(question, io);
      await apply(lambda, due, change, io);
    }
    const failed = plan.flatMap(({ problem }) => problem ?? []);
    if (options.json) io.json(resultJson(stack, plan));
    else if (due.length > 0)
      io.result(`${formatCount(due.filter((each) => !each.problem).length, 'function')} changed.\n`);
    else if (failed.length === 0) io.result('Nothing to change.\n');
    if (failed.length > 0) throw failed[0];
  } finally {
    io.progress.clear();
    lambda.close();
  }
}

async function planChanges(
  lambda: Lambda,
  functions: StackFunction[],
  change: (now: ProfilingSwitch) => ProfilingSwitch,
): Promise<PlannedChange[]> {
  const plan = functions.map((fn): PlannedChange => ({ fn, fixed: [] }));
  await forEachBounded(plan, atATime, async (each) => {
    try {
      const found = requireChangeable(each.fn.lambdaName, await lambda.configuration(each.fn.lambdaName));
      each.before = readSwitch(found.environment.variables);
      each.after = change(each.before);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      each.problem = error;
      return;
    }
    each.fixed = await fixedAliases(lambda, each.fn.lambdaName);
  });
  return plan;
}

/** Whoever may not list them is told in general only. */
async function fixedAliases(lambda: Lambda, name: string): Promise<Alias[]> {
  try {
    return (await lambda.aliases(name)).filter(({ version }) => version !== '$LATEST');
  } catch (error) {
    if (error instanceof CommandError) return [];
    throw error;
  }
}

async function apply(
  lambda: Lambda,
  due: PlannedChange[],
  change: (now: ProfilingSwitch) => ProfilingSwitch,
  io: Io,
): Promise<void> {
  let done = 0;
  const show = () => io.progress.show(() => `Changed ${done} of ${formatCount(due.length, 'function')}`);
  show();
  await forEachBounded(due, atATime, async (each) => {
    try {
      await changeSwitch(lambda, each.fn.lambdaName, change);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      each.problem = error;
    }
    done++;
    show();
  });
}

const columns: Column[] = [
  { title: 'function', shorten: 'end' },
  { title: 'now', shorten: 'end' },
  { title: 'then', shorten: 'end' },
  { title: 'name in Lambda', shorten: 'start' },
];

function planText(stack: ProfiledStack, plan: PlannedChange[], { terminal }: Io): string {
  const rows = plan.map(({ fn, before, after, problem }) => [
    fn.name,
    before ? switchText(before) : '-',
    before && after
      ? sameSwitch(before, after)
        ? 'as it is'
        : switchText(after)
      : `not changed: ${problem?.message ?? ''}`,
    fn.lambdaName,
  ]);
  const [titles, ...lines] = tableLines(columns, rows, terminal.width);
  const paint = paintFor(terminal.color);
  const changes = plan.some(({ before, after }) => before && after && !sameSwitch(before, after));
  return [
    ...headed(`Stack ${stack.name}`, `account ${stack.account}, region ${stack.region}`, terminal.width, paint.bold),
    paint.dim(titles),
    ...lines,
    ...(changes ? driftLines(plan, Math.min(terminal.width, widest)) : []),
  ].join('\n');
}

/** The longest line that is read with ease, columns. */
const widest = 110;

/** What a change in place of a deployment means. */
function driftLines(plan: PlannedChange[], width: number): string[] {
  const aliases = plan.flatMap(({ fn, fixed }) =>
    fixed.map(({ name, version }) => `Alias ${name} of ${fn.name} stays as it is: it points to version ${version}.`),
  );
  return [
    ...wrapped(
      'CloudFormation reports this as drift: the next deployment that changes a function reverts it. To keep it, set profilingOptions.enabled or instanceFraction in the CDK app and deploy. Published versions cannot be changed.',
      width,
    ),
    ...aliases.map(printable),
  ];
}

function resultJson(stack: ProfiledStack, plan: PlannedChange[]): object {
  return {
    version: 1,
    stack: stack.name,
    account: stack.account,
    region: stack.region,
    functions: plan.map(({ fn, before, after, fixed, problem }) => ({
      function: fn.name,
      lambdaName: fn.lambdaName,
      before: before && switchJson(before),
      after: before && switchJson(problem || !after ? before : after),
      changed: before !== undefined && after !== undefined && !problem && !sameSwitch(before, after),
      fixedAliases: fixed,
      ...(problem && { problem: { message: problem.message, remedy: problem.remedy } }),
    })),
  };
}

function switchJson({ enabled, fraction }: ProfilingSwitch): object {
  return { enabled, fraction: Number.isNaN(fraction) ? null : fraction };
}
