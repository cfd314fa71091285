import { parseArgs } from 'node:util';
import { drawInstance } from '../runtime/hold/instance-draw';
import { type NodeBinary, nodeBinary } from './node-binaries';
import type { StartOptions } from './workspace';

/** The arguments that the benches share. */
export interface BenchArguments {
  /** `--node <path>`, or `--node 20`, `22` or `24`, which may be repeated; the Node.js that runs the bench otherwise. */
  nodes: NodeBinary[];
  /** `--rounds <n>`: how many pairs of processes. */
  rounds: number;
  /** `--only <name>`: leaves out every other case; repeatable. */
  only(name: string): boolean;
}

/** @throws on an argument that no bench has */
export function benchArguments(defaultRounds: number): BenchArguments {
  return sharedArguments(defaultRounds, parseArgs({ options: SHARED }).values);
}

/** How much of a machine a function gets. */
export interface FunctionSize extends Pick<StartOptions, 'memoryMb' | 'resources'> {
  memoryMb: number;
  /** For a table. */
  name: string;
}

/**
 * With `--memory <MB>`, repeated or separated by commas: functions get that memory, and Lambda's share of a processor for
 * it, in a control group. Without, they are functions of 1,024 MB that have the whole machine.
 *
 * @throws on an argument that no bench has
 */
export function benchArgumentsWithSizes(defaultRounds: number): BenchArguments & { sizes: FunctionSize[] } {
  const { values } = parseArgs({ options: { ...SHARED, memory: { type: 'string', multiple: true } } });
  const sizes = values.memory ? functionSizes(values.memory) : [WHOLE_MACHINE];
  return { ...sharedArguments(defaultRounds, values), sizes };
}

/** @throws where one is not a number of megabytes */
export function functionSizes(memory: readonly string[]): FunctionSize[] {
  return listed(memory).map((text) => {
    const memoryMb = Number(text);
    if (!(memoryMb >= 128)) throw new Error(`--memory is "${text}": it must be a number of MB from 128 on`);
    return { name: `${memoryMb} MB`, memoryMb, resources: 'lambda' };
  });
}

/** The values of an option that may be repeated, and have several values separated by commas. */
export function listed(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(','));
}

/**
 * Which profiles to ask for, so that each instance of a function of this size is profiled. Where memory is small, one of
 * four is, from the first line of its initialization on; with `init` that is so for each.
 */
export function profilesOfEach(profiles: string, { memoryMb }: FunctionSize): string {
  const facts = { profiles: new Set(profiles.split(',')), env: {}, memoryMb, costLimit: 1 };
  return drawInstance(facts, WORST_DRAW, WORST_DRAW, WORST_DRAW) ? profiles : `${profiles},init`;
}

const WORST_DRAW = 1;

const SHARED = {
  node: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  only: { type: 'string', multiple: true },
} as const;

const WHOLE_MACHINE: FunctionSize = { name: 'whole machine', memoryMb: 1024 };

interface SharedValues {
  node?: string[] | undefined;
  rounds?: string | undefined;
  only?: string[] | undefined;
}

function sharedArguments(defaultRounds: number, values: SharedValues): BenchArguments {
  const rounds = Number(values.rounds ?? defaultRounds);
  if (!(rounds >= 1)) throw new Error(`--rounds is "${values.rounds}": it must be a number from 1 on`);
  return {
    nodes: listed(values.node ?? [process.execPath]).map(nodeBinary),
    rounds,
    only: (name) => values.only === undefined || values.only.includes(name),
  };
}
