/**
 * Is a handler of any shape the same with profiling as without? Runs each shape in AWS's own runtime client on each of
 * Lambda's Node.js: bare, with the default profiles, and with every profile and a snapshot after each invocation. Responses,
 * errors with their stacks, log lines and ends must be equal. What differs all the same is listed in `explained.ts`, with
 * its reason in docs/sampler.md. What differs is compared a second time, and counts if it differs again.
 *
 * Usage: npm run conformance:shapes [-- options]
 *
 *   --seconds <n>   begin no run after so many seconds; the order is drawn by the seed
 *   --seed <text>   of the order: repeats a run that ended after `--seconds`, together with --runs
 *   --runs <n>      only the first so many runs of the order
 *   --only <text>   only shapes whose name contains this; repeatable
 *   --on <runtime>  only on this runtime, for example 22/4; repeatable
 *   --bare          compare bare with bare: what differs then is not steady, and says nothing about profiling
 *   --list          print the names of the shapes
 */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Difference, differences, repeated } from './compare';
import { checkDocumented, EXPLANATIONS, type Explanation, withoutExplained } from './explained';
import { nodePath, observe, type Profiles, prepare, shapePackages } from './observe';
import { type Instance, RUNTIMES, type Runtime, runtimeName } from './shape';
import { allInstances } from './shapes';

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string' },
    runs: { type: 'string' },
    only: { type: 'string', multiple: true },
    on: { type: 'string', multiple: true },
    bare: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

/** An instance on a runtime. */
interface Run {
  instance: Instance;
  runtime: Runtime;
}

interface Outcome {
  /** That are not explained, and come each time. */
  differences: Difference[];
  /** Those that did not come again. */
  unsteady: number;
  explained: number;
  explanations: Explanation[];
  comparisons: number;
  uploads: number;
}

async function main(): Promise<void> {
  checkDocumented(EXPLANATIONS);
  const instances = selected(allInstances(await shapePackages()));
  const shapes = instances.flatMap((instance) => instance.shapes);
  rejectRepeatedNames(shapes.map(({ name }) => name));
  if (args.list) {
    for (const { name } of shapes) console.log(name);
    return;
  }
  const runtimes = RUNTIMES.filter((runtime) => !args.on || args.on.includes(runtimeName(runtime)));
  await Promise.all(runtimes.map(({ node }) => nodePath(node)));

  const seed = args.seed ?? new Date().toISOString().slice(0, 16);
  const all = inOrderOf(seed, runsOf(instances, runtimes)).slice(0, Number(args.runs ?? Number.POSITIVE_INFINITY));
  console.log(`${shapes.length} shapes in ${instances.length} functions; ${all.length} runs, order of seed ${seed}`);

  const outcomes = await runAll(all, args.seconds === undefined ? undefined : Number(args.seconds) * 1000);
  report(outcomes, all.length, seed);
}

function selected(instances: readonly Instance[]): Instance[] {
  const { only } = args;
  if (!only) return [...instances];
  return instances
    .map((instance) => ({
      ...instance,
      shapes: instance.shapes.filter(({ name }) => only.some((text) => name.includes(text))),
    }))
    .filter(({ shapes }) => shapes.length > 0);
}

function rejectRepeatedNames(names: readonly string[]): void {
  const repeated = names.filter((name, i) => names.indexOf(name) < i);
  if (repeated.length > 0) throw new Error(`Shapes share a name: ${repeated.join(', ')}`);
}

function runsOf(instances: readonly Instance[], runtimes: readonly Runtime[]): Run[] {
  return runtimes.flatMap((runtime) =>
    instances.filter(({ on }) => !on || on(runtime)).map((instance) => ({ instance, runtime })),
  );
}

function inOrderOf(seed: string, runs: readonly Run[]): Run[] {
  const rank = ({ instance, runtime }: Run) =>
    createHash('sha256')
      .update(`${seed} ${runtimeName(runtime)} ${instance.shapes[0].name}`)
      .digest('hex');
  return runs
    .map((run) => ({ run, rank: rank(run) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ run }) => run);
}

/** As many at a time as there are processors. @param limitMs no run begins later */
async function runAll(runs: readonly Run[], limitMs = Number.POSITIVE_INFINITY): Promise<Outcome[]> {
  const started = performance.now();
  const waiting = [...runs];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    while (waiting.length > 0 && performance.now() - started < limitMs) {
      const [run] = waiting.splice(0, 1);
      const outcome = await confirmed(run);
      outcomes.push(outcome);
      printSome(outcome.differences);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}

/** What differs is compared once more: on a busy machine a timeout may come before what it is not meant for. */
async function confirmed(run: Run): Promise<Outcome> {
  const first = await compared(run);
  if (first.differences.length === 0) return first;
  const second = await compared(run);
  const differences = repeated(first.differences, second.differences);
  return { ...first, differences, unsteady: first.differences.length - differences.length };
}

async function compared({ instance, runtime }: Run): Promise<Outcome> {
  const prepared = await prepare(instance);
  const outcome: Outcome = { differences: [], unsteady: 0, explained: 0, explanations: [], comparisons: 0, uploads: 0 };
  const bare = await observe(prepared, runtime, 'none');
  const others: Profiles[] = args.bare ? ['none'] : ['default', 'all'];
  for (const profiles of others) {
    const profiled = await observe(prepared, runtime, profiles);
    const all = differences(bare.seen, profiled.seen);
    const left = withoutExplained(bare.seen, profiled.seen, (one, other) => differences(one, other).length);
    const found = differences(left.bare, left.profiled);
    outcome.differences.push(...found.map((one) => ({ ...one, shape: named(one.shape, instance), runtime, profiles })));
    outcome.explained += all.length - found.length;
    outcome.explanations.push(...left.used);
    outcome.comparisons += instance.shapes.length;
    outcome.uploads += profiled.uploads;
  }
  return outcome;
}

/** The end is that of the first shape. */
function named(shape: string, { shapes }: Instance): string {
  return shape.startsWith('(') ? `${shapes[0].name} ${shape}` : shape;
}

/** Of one shape on one runtime. */
const MAX_DIFFERENCES = 4;
/** Characters of a text, from shortly before the first that differs. */
const MAX_SHOWN = 500;
const BEFORE_SHOWN = 100;

function printSome(unexplained: readonly Difference[]): void {
  for (const one of unexplained.slice(0, MAX_DIFFERENCES)) print(one);
  if (unexplained.length > MAX_DIFFERENCES) console.log(`\n(${unexplained.length - MAX_DIFFERENCES} more of these)`);
}

function print({ shape, runtime, profiles, where, bare, profiled }: Difference): void {
  console.log(`\n${shape}, on ${runtimeName(runtime)} with ${profiles} profiles: ${where}`);
  const from =
    bare === undefined || profiled === undefined ? 0 : Math.max(0, firstDifference(bare, profiled) - BEFORE_SHOWN);
  const shown = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, from + MAX_SHOWN)}`;
  if (bare !== undefined) console.log(`  bare:     ${shown(bare)}`);
  if (profiled !== undefined) console.log(`  profiled: ${shown(profiled)}`);
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

function report(outcomes: readonly Outcome[], planned: number, seed: string): void {
  const unexplained = outcomes.flatMap((outcome) => outcome.differences);
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0);
  console.log(
    `\n${outcomes.length} of ${planned} runs, ${sum(({ comparisons }) => comparisons)} comparisons, ` +
      `${sum(({ uploads }) => uploads)} uploads: ${sum(({ explained }) => explained)} differences explained, ` +
      `${unexplained.length} not, ${sum(({ unsteady }) => unsteady)} that did not come again`,
  );
  if (outcomes.length < planned) {
    console.log(`Repeat it: npm run conformance:shapes -- --seed ${seed} --runs ${outcomes.length}`);
  }
  const complete = outcomes.length === planned && !args.only && !args.on && !args.runs && !args.bare;
  const used = new Set(outcomes.flatMap(({ explanations }) => explanations));
  const unused = EXPLANATIONS.filter((one) => !used.has(one)).map(({ reason }) => reason);
  if (complete && unused.length > 0) console.log(`Explained, but did not happen:\n- ${unused.join('\n- ')}`);
  const names = [...new Set(unexplained.map(({ shape }) => shape))];
  if (names.length > 0) console.log(`Shapes that differ (${names.length}):\n- ${names.join('\n- ')}`);
  const nothingProfiled = !args.bare && outcomes.length > 0 && sum(({ uploads }) => uploads) === 0;
  if (nothingProfiled) console.log('Nothing was uploaded: the functions were not profiled, which proves nothing.');
  process.exitCode = unexplained.length > 0 || nothingProfiled || (complete && unused.length > 0) ? 1 : 0;
}

await main();
