/**
 * Are the times of a profile right when Lambda freezes the process? A function with phases of known length, profiled by
 * us and by @datadog/pprof; one freeze of 0.1, 1 or 10 s in each position:
 *
 * - between two invocations, with nothing under way
 * - between two invocations, with a timer pending
 * - between two invocations, with work under way, which goes on in the second
 * - in the middle of an invocation, while it waits, and while it works. Lambda freezes nobody there; a machine may.
 *
 * Phases are timed by the function itself on the monotonic clock, freezes by the bench on the same clock. The error of a
 * phase may be two sampling periods or 3 %; beyond it has an exclamation mark. Datadog's profiler knows no invocations:
 * what it has of idle time, and of work between two, is not compared. It takes some four minutes for each Node.js.
 *
 * Usage: npm run bench:accuracy [-- --node <path> …]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionEnvironment } from '../local/lambda/execution-environment';
import { benchArguments } from './arguments';
import type { NodeBinary } from './node-binaries';
import { addTime, knownTimes, type PhasesRun, type PhaseTimes, profiledTimes, type Stretch } from './phases';
import { markdownTable } from './table';
import { type DatadogProfile, type Profiler, Workspace } from './workspace';

const PERIOD_MS = 10;
type Phase = keyof PhaseTimes;
const PHASE_COLUMNS: Phase[] = ['parse', 'render', 'workOn', 'wait'];
const FREEZES_MS = [100, 1_000, 10_000];
const PHASES = [
  ['parse', 500],
  ['wait', 500],
  ['render', 300],
];

interface Position {
  name: string;
  /** What the first invocation leaves under way. */
  leave?: 'timer' | 'busy';
  /** Milliseconds into the second invocation at which the process is stopped; between the two otherwise. */
  stopAfterMs?: number;
}

const POSITIONS: Position[] = [
  { name: 'between, nothing under way' },
  { name: 'between, a timer pending', leave: 'timer' },
  { name: 'between, work under way', leave: 'busy' },
  { name: 'in an invocation, idle', stopAfterMs: 750 },
  { name: 'in an invocation, busy', stopAfterMs: 250 },
];

async function main(): Promise<void> {
  const { nodes } = benchArguments(1);
  const profilers: Profiler[] = ['profiled-fn', 'datadog'];
  for (const node of nodes) {
    const rows = [['freeze', 'profiler', 'length', 'parse', 'render', 'work left', 'idle', 'largest error']];
    const within = new Map<Profiler, boolean[]>(profilers.map((profiler) => [profiler, []]));
    for (const position of POSITIONS) {
      for (const profiler of profilers) {
        for (const freezeMs of FREEZES_MS) {
          const { known, told } = await measure(node, profiler, position, freezeMs);
          const phases = comparedPhases(profiler, position);
          const worst = largestError(known, told, phases);
          within.get(profiler)?.push(worst.isWithin);
          const column = (phase: Phase) => (phases.includes(phase) ? compared(known[phase], told[phase]) : '');
          rows.push([position.name, profiler, `${freezeMs / 1000} s`, ...PHASE_COLUMNS.map(column), worst.text]);
        }
      }
    }
    console.log(`Node.js ${node.version}; known → reported, milliseconds\n\n${markdownTable(rows)}\n`);
    for (const [profiler, all] of within) {
      console.log(`${profiler}: ${all.filter(Boolean).length} of ${all.length} within two periods or 3 %`);
    }
  }
}

interface Measured {
  known: PhaseTimes;
  told: PhaseTimes;
}

async function measure(node: NodeBinary, profiler: Profiler, position: Position, freezeMs: number): Promise<Measured> {
  const workspace = await Workspace.create();
  const environment = await workspace.start({ node, module: 'phases', profiler });
  // Code warm, and the first snapshot out of the way.
  await run(environment, { phases: PHASES });
  const datadog = profiler === 'datadog';
  if (datadog) await run(environment, { takeProfile: true });
  const before = workspace.stored.length;

  const first = await run<PhasesRun>(environment, { phases: PHASES, leave: position.leave });
  const frozen: Stretch[] = [];
  let second: Promise<PhasesRun>;
  if (position.stopAfterMs === undefined) {
    await sleep(freezeMs);
    second = run<PhasesRun>(environment, { phases: PHASES });
  } else {
    second = run<PhasesRun>(environment, { phases: PHASES });
    await sleep(position.stopAfterMs);
    frozen.push(await stop(environment, freezeMs));
  }
  const known = knownTimes([first, await second], frozen);

  let told: PhaseTimes;
  if (datadog) told = datadogTimes(await run<DatadogProfile>(environment, { takeProfile: true }));
  await environment.close();
  const profiles = workspace.stored.slice(before).filter(({ type }) => type === 'wall');
  workspace.close();
  told ??= profiledTimes(profiles.map(({ profile }) => profile()));
  return { known, told };
}

async function run<Result>(environment: ExecutionEnvironment, event: unknown): Promise<Result> {
  const { payload, functionError, report } = await environment.invoke(event);
  await report;
  if (functionError) throw new Error(`The handler failed: ${payload}`);
  return JSON.parse(payload.toString()) as Result;
}

/** Stops the process for a while, as Lambda does between invocations. */
async function stop(environment: ExecutionEnvironment, milliseconds: number): Promise<Stretch> {
  const { pid } = environment;
  if (pid === undefined) throw new Error('The function has ended: there is nothing to stop.');
  const now = () => Number(process.hrtime.bigint() / 1000n);
  process.kill(pid, 'SIGSTOP');
  const from = now();
  await sleep(milliseconds);
  process.kill(pid, 'SIGCONT');
  return { from, to: now() };
}

function datadogTimes({ types, stacks }: DatadogProfile): PhaseTimes {
  const wall = types.indexOf('wall');
  const times: PhaseTimes = { parse: 0, render: 0, workOn: 0, wait: 0 };
  for (const { stack, value } of stacks) addTime(times, stack, value[wall] / 1e6);
  return times;
}

function compared(known: number, told: number): string {
  return `${known.toFixed(0)} → ${told.toFixed(0)}`;
}

function comparedPhases(profiler: Profiler, { leave }: Position): Phase[] {
  if (profiler === 'datadog') return ['parse', 'render'];
  return leave === 'busy' ? PHASE_COLUMNS : ['parse', 'render', 'wait'];
}

function largestError(known: PhaseTimes, told: PhaseTimes, phases: readonly Phase[]) {
  const errors = phases.map((phase) => {
    const absolute = told[phase] - known[phase];
    return { phase, absolute, of: known[phase], isWithin: Math.abs(absolute) <= allowed(known[phase]) };
  });
  const [worst] = errors.sort((a, b) => Math.abs(b.absolute) / allowed(b.of) - Math.abs(a.absolute) / allowed(a.of));
  const percent = ((100 * worst.absolute) / worst.of).toFixed(1);
  const text = `${worst.phase} ${worst.absolute.toFixed(0)} ms, ${percent} %${worst.isWithin ? '' : ' (!)'}`;
  return { text, isWithin: worst.isWithin };
}

/** Milliseconds by which a phase of so many may be off. */
function allowed(milliseconds: number): number {
  return Math.max(2 * PERIOD_MS, 0.03 * milliseconds);
}

void main();
