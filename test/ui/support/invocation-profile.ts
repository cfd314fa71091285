import type { Label, Profile, Sample } from '../../../profile/model/profile';
import { foldedProfile, WALL_TYPES } from './folded-profile';

export interface TestInvocation {
  /** Milliseconds since {@link FIRST_START}. */
  start: number;
  millis: number;
  instance?: string;
  /** Milliseconds since {@link FIRST_START}. */
  window?: number;
  cold?: boolean;
  outcome?: string;
  bucket?: number;
  rank?: number;
  labels?: Record<string, string>;
  /** Folded stack and milliseconds. */
  stacks?: [stack: string, millis: number][];
}

export const FIRST_START = 1_760_000_000_000;

/**
 * A wall profile with the records of invocations and their samples, as `profiled-fn fetch` merges it.
 *
 * @param told labels that samples have of their snapshot and rank, which large merges drop.
 * @param isRecorded which of them had ended, and so have records.
 */
export function invocationProfile(
  invocations: readonly TestInvocation[],
  told: readonly string[] = ['instance', 'window', 'slowest'],
  isRecorded: (invocation: TestInvocation) => boolean = () => true,
): Profile {
  const stacks = invocations.flatMap(({ stacks: of = [] }) => of);
  const folded = foldedProfile(
    WALL_TYPES,
    stacks.map(([stack, millis]) => [stack, 1, Math.round(millis * 1e6), Math.round(millis * 1e6)]),
  );
  const labels = invocations.flatMap((invocation) => {
    const own = sharedLabels(invocation).filter(({ key }) =>
      OF_RECORDS.every((name) => name !== key || told.includes(key)),
    );
    return (invocation.stacks ?? []).map(() => own);
  });
  const samples = folded.samples.map((sample, s) => ({ ...sample, labels: labels[s] }));
  return {
    ...folded,
    timeNanos: BigInt(FIRST_START) * 1_000_000n,
    samples: [...samples, ...invocations.filter(isRecorded).map(recordOf)],
  };
}

/** What samples may lack. */
const OF_RECORDS = ['instance', 'window', 'slowest'];

function recordOf(invocation: TestInvocation): Sample {
  const { start, millis } = invocation;
  return {
    locations: [],
    values: [0, 0, 0],
    labels: [
      { key: 'start', num: BigInt(Math.round((FIRST_START + start) * 1e3)) * 1000n, unit: 'nanoseconds' },
      { key: 'wall', num: millis * 1e6, unit: 'nanoseconds' },
      { key: 'cpu', num: millis * 5e5, unit: 'nanoseconds' },
      ...sharedLabels(invocation),
    ],
  };
}

function sharedLabels(invocation: TestInvocation): Label[] {
  const { cold = false, outcome = 'ok', bucket = invocation.millis, rank, instance = 'aaaa00000001' } = invocation;
  return [
    { key: 'version', str: '7' },
    { key: 'cold_start', str: String(cold) },
    { key: 'outcome', str: outcome },
    { key: 'duration', num: bucket, unit: 'milliseconds' },
    ...(rank === undefined ? [] : [{ key: 'slowest', num: rank, unit: '' }]),
    { key: 'instance', str: instance },
    { key: 'window', num: FIRST_START + (invocation.window ?? 0), unit: 'milliseconds' },
    ...Object.entries(invocation.labels ?? {}).map(([key, str]) => ({ key, str })),
  ];
}
