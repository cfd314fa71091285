import { formatCount } from '../terminal/format';

/** What profiling took of the execution environments of a function, where that is more than it should be. */
export interface FunctionStrain {
  function: string;
  /** Execution environments that the merged snapshots come from. */
  instances: number;
  /** Those that profiling held long after a response, and the longest hold; absent: none. */
  held?: { instances: number; longestMs: number };
  /** Those that had too little time for profiling after many responses, and after how many; absent: none. */
  leftOut?: { instances: number; responses: number };
}

/** A sentence, and what to do. */
export interface StrainText {
  message: string;
  remedy: string;
}

/** So many responses without enough time are not a coincidence. */
const MANY_LEFT_OUT = 20;
/** The sampler plans for 250 ms at most; work that has begun may take a little longer. */
const LONG_HOLD_MS = 500;

/** What the metadata of an instance's latest snapshot say; they count since the instance started. */
interface InstanceStrain {
  longestHoldMs: number;
  leftOut: number;
}

function strainOf(metadata: Readonly<Record<string, string>>): InstanceStrain {
  return {
    longestHoldMs: count(metadata['cost-longest-hold-ms']),
    leftOut: count(metadata['left-out']),
  };
}

/** Older samplers do not tell. */
function count(text = '0'): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}

/** Gathers the strain of all instances while their snapshots are read. */
export class InstanceStrains {
  /** By function, and by instance. */
  readonly #functions = new Map<string, Map<string, InstanceStrain>>();

  add(fn: string, instance: string, metadata: Readonly<Record<string, string>>): void {
    const instances = this.#functions.get(fn) ?? new Map<string, InstanceStrain>();
    this.#functions.set(fn, instances);
    const { longestHoldMs, leftOut } = strainOf(metadata);
    const known = instances.get(instance);
    // Both only grow: of several snapshots of an instance, the largest figures are the latest.
    instances.set(instance, {
      longestHoldMs: Math.max(longestHoldMs, known?.longestHoldMs ?? 0),
      leftOut: Math.max(leftOut, known?.leftOut ?? 0),
    });
  }

  /** Of the functions that have any. */
  reports(): FunctionStrain[] {
    return [...this.#functions]
      .map(([fn, instances]) => ({ function: fn, ...summed([...instances.values()]) }))
      .filter(({ held, leftOut }) => held || leftOut)
      .sort((a, b) => (a.function < b.function ? -1 : 1));
  }
}

function summed(instances: InstanceStrain[]): Omit<FunctionStrain, 'function'> {
  const held = instances.filter(({ longestHoldMs }) => longestHoldMs > LONG_HOLD_MS);
  const leftOut = instances.filter((each) => each.leftOut >= MANY_LEFT_OUT);
  return {
    instances: instances.length,
    ...(held.length > 0 && {
      held: { instances: held.length, longestMs: Math.max(...held.map(({ longestHoldMs }) => longestHoldMs)) },
    }),
    ...(leftOut.length > 0 && {
      leftOut: { instances: leftOut.length, responses: leftOut.reduce((sum, each) => sum + each.leftOut, 0) },
    }),
  };
}

/** What there is to say of all instances of a function. */
export function strainTexts({ instances, held, leftOut }: FunctionStrain): StrainText[] {
  const of = (some: number) => `${some} of ${formatCount(instances, 'instance')}`;
  return [
    ...(held ? [heldText(of(held.instances), held.longestMs)] : []),
    ...(leftOut ? [leftOutText(of(leftOut.instances), leftOut.responses)] : []),
  ];
}

/** Whether profiling held the instance of a snapshot long. */
export function heldComplaint(metadata: Readonly<Record<string, string>> = {}): StrainText | undefined {
  const { longestHoldMs } = strainOf(metadata);
  return longestHoldMs > LONG_HOLD_MS ? heldText('the instance of its latest snapshot', longestHoldMs) : undefined;
}

/** Whether the instance of a snapshot had too little time for profiling. */
export function leftOutComplaint(metadata: Readonly<Record<string, string>> = {}): StrainText | undefined {
  const { leftOut } = strainOf(metadata);
  return leftOut >= MANY_LEFT_OUT ? leftOutText('the instance of its latest snapshot', leftOut) : undefined;
}

function heldText(which: string, longestMs: number): StrainText {
  return {
    message: `Profiling held ${which} for up to ${Math.round(longestMs)} ms after a response.`,
    remedy: 'That time is billed. More memory, which is a larger share of a processor, shortens it.',
  };
}

function leftOutText(which: string, responses: number): StrainText {
  return {
    message: `${which.charAt(0).toUpperCase()}${which.slice(1)} had too little time for profiling after ${formatCount(responses, 'response')}.`,
    remedy:
      'Snapshots come late or when the instance ends. More memory (a larger share of a processor) or a longer timeout helps.',
  };
}
