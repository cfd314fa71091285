import { gunzipSync } from 'node:zlib';
import { invocationRecords } from '../../../profile/analysis/invocation-records';
import { decodeProfile } from '../../../profile/pprof/decode';

/** An answer of a function: what its caller got. */
export interface Answer {
  payload: string;
  error?: string;
}

/** What one environment did in a step. */
export interface Run {
  answers: Answer[];
  /** How long the environment was held after each response, and until the deadline, milliseconds. */
  held: { heldMs: number; leftMs: number }[];
  /** Largest resident set of its processes, bytes. */
  peakBytes: number;
  timeouts: number;
}

/** An object that the sampler wrote. */
export interface StoredObject {
  key: string;
  body: Buffer;
  metadata: Record<string, string>;
}

/** What a step gave. */
export interface StepResult {
  bare: Run;
  profiled: Run;
  /** Indexes of the invocations during which, or before which, the profiled process was or may have been killed. */
  killed: ReadonlySet<number>;
  /** Below the function's prefix, after the environment was shut down. */
  objects: StoredObject[];
  /** Whether stacks are sampled, so that there are records of invocations. */
  hasRecords: boolean;
}

/** The goals of docs/overhead.md: after a response an environment is held for so long, and for so much of what is left. */
const MAX_HELD_MS = 250;
const MAX_HELD_PART = 0.1;
/**
 * Two processors are shared with S3, the bare function and this program, and a throttled process runs again with the next
 * period of 100 ms: a measured time may be so much longer than the one that was planned for.
 */
const NOISE_MS = 200;
/** What profiling may add to the largest resident set. */
const MAX_ADDED_BYTES = 64 * 1024 * 1024;

/** What is wrong with the result of a step: a sentence for each. */
export function problemsOf(result: StepResult): string[] {
  return [
    ...wrongAnswers(result),
    ...unreadable(result.objects),
    ...(result.hasRecords ? unaccounted(result) : []),
    ...heldTooLong(result),
    ...tooMuchMemory(result),
  ];
}

function wrongAnswers({ bare, profiled, killed }: StepResult): string[] {
  const problems = bare.answers.flatMap((expected, i) => {
    const answer = profiled.answers[i];
    const isEqual = answer?.payload === expected.payload && answer.error === expected.error;
    if (isEqual || killed.has(i)) return [];
    return [`invocation ${i}: ${firstDifference(JSON.stringify(answer), JSON.stringify(expected))}`];
  });
  // Two functions that do not even start answer the same.
  if (bare.answers.every(({ error }) => error?.startsWith('Runtime.'))) problems.push('the bare function does not run');
  if (profiled.timeouts > bare.timeouts) {
    problems.push(`${profiled.timeouts} invocations ran into the timeout; bare: ${bare.timeouts}`);
  }
  return problems;
}

/** Both texts from shortly before the place where they part. */
function firstDifference(profiled: string, bare: string): string {
  let at = 0;
  while (at < bare.length && profiled[at] === bare[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 60), at + 120);
  return `profiled …${around(profiled)}…; bare …${around(bare)}…`;
}

function unreadable(objects: readonly StoredObject[]): string[] {
  return objects.flatMap(({ key, body, metadata }) => {
    try {
      decodeProfile(gunzipSync(body));
      return metadata.format ? [] : [`${key} has no metadata`];
    } catch (error) {
      return [`${key} cannot be read: ${(error as Error).message}`];
    }
  });
}

/**
 * Each invocation is in one snapshot, or counted as dropped. A process that was killed takes with it what it had not
 * uploaded, and nobody is left to count it.
 */
function unaccounted({ profiled, killed, objects }: StepResult): string[] {
  const wall = objects.filter(({ key }) => key.includes('/wall/'));
  const starts = wall.flatMap(({ key, body }) => {
    const instance = instanceOf(key);
    try {
      return invocationRecords(decodeProfile(gunzipSync(body))).map(({ start }) => `${instance} ${start}`);
    } catch {
      return [];
    }
  });
  const problems: string[] = [];
  const twice = starts.length - new Set(starts).size;
  if (twice > 0) problems.push(`${twice} invocations are in two snapshots`);
  const invoked = profiled.answers.length;
  if (starts.length > invoked) problems.push(`${starts.length} invocations recorded of ${invoked}`);
  const missing = invoked - starts.length - latest(wall, 'dropped-invocations');
  const isCounted = latest(objects, 'dropped-snapshots') > 0;
  if (missing > 0 && killed.size === 0 && !isCounted) {
    problems.push(`${missing} of ${invoked} invocations are neither in a snapshot nor counted as dropped`);
  }
  return problems;
}

function instanceOf(key: string): string {
  return key.slice(key.lastIndexOf('-') + 1, -'.pb.gz'.length);
}

/** The largest value of a counter, summed over instances. */
function latest(objects: readonly StoredObject[], name: string): number {
  const byInstance = new Map<string, number>();
  for (const { key, metadata } of objects) {
    const instance = instanceOf(key);
    byInstance.set(instance, Math.max(byInstance.get(instance) ?? 0, Number(metadata[name] ?? 0)));
  }
  return [...byInstance.values()].reduce((sum, value) => sum + value, 0);
}

function heldTooLong({ bare, profiled }: StepResult): string[] {
  const noiseMs = NOISE_MS + Math.max(0, ...bare.held.map(({ heldMs }) => heldMs));
  return profiled.held.flatMap(({ heldMs, leftMs }, i) => {
    const limitMs = Math.min(MAX_HELD_MS, MAX_HELD_PART * leftMs) + noiseMs;
    if (heldMs <= limitMs) return [];
    return [`held ${heldMs.toFixed(0)} ms after response ${i}; limit ${limitMs.toFixed(0)} ms with noise`];
  });
}

function tooMuchMemory({ bare, profiled }: StepResult): string[] {
  const added = profiled.peakBytes - bare.peakBytes;
  if (added <= MAX_ADDED_BYTES) return [];
  return [`profiling added ${(added / 2 ** 20).toFixed(0)} MB to the largest resident set`];
}
