import type { ExecutionEnvironmentOptions } from '../../../../local/lambda/execution-environment';
import type { Profile } from '../../../../profile/model/profile';
import { RecordingBucket, startFunction } from '../../support/harness';

/** `mark(name)`: since the last mark, the handler has waited for what is called `name`. */
const client = `
let marks = {};
let last;
function mark(name) {
  const now = performance.now();
  marks[name] = (marks[name] ?? 0) + now - last;
  last = now;
}
exports.handler = async function main() {
  marks = {};
  last = performance.now();
  await waits();
  return marks;
};
`;

export interface Run {
  /** What the handler has measured: milliseconds by the name of a mark. */
  measured: Record<string, number>;
  /** One for each invocation. */
  wait: Profile[];
  wall: Profile[];
}

export interface MeasureOptions extends Partial<ExecutionEnvironmentOptions> {
  /** Invocations before those that are measured. @default 0 */
  warmUps?: number;
}

/**
 * Invokes a function, the first times included, and puts together what it measured and what its profiles tell.
 *
 * @param waits defines `waits()`, which the handler awaits; it calls `mark`
 * @param environment variables of the function
 */
export async function measureWaits(
  waits: string,
  environment: Record<string, string>,
  { warmUps = 0, ...options }: MeasureOptions = {},
): Promise<Run> {
  const variables = {
    PROFILED_FN_PROFILES: 'wall,wait,init',
    PROFILED_FN_SNAPSHOT_INTERVAL_MS: '600000',
    ...environment,
  };
  const bucket = await RecordingBucket.start();
  const files = { 'index.js': client + waits };
  const fn = await startFunction({ files, environment: variables }, bucket, options);
  const measured: Record<string, number> = {};
  for (let i = -warmUps; i < 2; i++) {
    const { payload, report, functionError } = await fn.invoke({});
    if (functionError) throw new Error(payload.toString());
    await report;
    if (i < 0) {
      bucket.puts.length = 0;
      continue;
    }
    const marks = Object.entries(JSON.parse(payload.toString()) as Record<string, number>);
    for (const [name, ms] of marks) measured[name] = (measured[name] ?? 0) + ms;
  }
  await fn.close();
  await bucket.close();
  if (bucket.of('wait').length === 0) throw new Error(`There is no profile of waits:\n${fn.log.join('\n')}`);
  const of = (type: string) => bucket.of(type).map(({ profile }) => profile);
  return { measured, wait: of('wait'), wall: of('wall') };
}

/** Milliseconds of `sampleType` in stacks that have all of these functions. */
export function timeIn(profiles: readonly Profile[], sampleType: string, functions: readonly string[]): number {
  return profiles
    .flatMap(({ samples, sampleTypes }) => {
      const index = sampleTypes.findIndex(({ type }) => type === sampleType);
      return samples.map(({ locations, values }) => ({ locations, nanos: Number(values[index]) }));
    })
    .filter(({ locations }) => {
      const names = locations.map(({ lines: [{ fn }] }) => fn.name);
      return functions.every((name) => names.includes(name));
    })
    .reduce((sum, { nanos }) => sum + nanos / 1e6, 0);
}

/** The part of the idle time that is not where it was measured, from 0 to 1. (Processor time was measured too.) */
export function misattributed({ measured, wait }: Run, stacks: Stacks): number {
  const right = Object.entries(stacks).reduce(
    (sum, [name, functions]) => sum + Math.min(measured[name], timeIn(wait, 'wait', functions)),
    0,
  );
  return 1 - right / timeIn(wait, 'wait', []);
}

/** Functions that are in the stack of what is waited for, by the name of the mark. */
export type Stacks = Record<string, readonly string[]>;

/** Something that a handler waits for. */
export interface WaitCase {
  /** Source that defines `waits()`. */
  waits: string;
  stacks: Stacks;
  /** Names that must be in the profile. */
  leaves?: readonly string[];
}

/** Cases that share a server. */
export interface WaitCases {
  /** Source before that of each case. */
  client: string;
  cases: Readonly<Record<string, WaitCase>>;
  start(): Promise<{ environment: Record<string, string>; close(): void }>;
}
