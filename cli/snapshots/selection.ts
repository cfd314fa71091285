import { filterByLabels, type LabelCondition } from '../../profile/analysis/filter';
import { type FramePatterns, filterFrames } from '../../profile/analysis/filter-frames';
import type { Profile } from '../../profile/model/profile';

/** Which snapshots are wanted, as flags say it; what is left out selects all. */
export interface SnapshotSelection {
  /** Windows that end after this. */
  since?: Date;
  /** Windows that begin before this. */
  until?: Date;
  /** Version of the Lambda function. */
  version?: string;
  /** Execution environments, as they stand in keys. */
  instances?: string[];
}

/** Which samples of a profile are wanted. */
export interface SampleSelection extends FramePatterns {
  label?: LabelCondition[];
  /** Only what ran in the first invocation of an instance. */
  coldStart?: boolean;
  /** Only what ran in invocations that failed or timed out. */
  errors?: boolean;
}

export interface Selection extends SnapshotSelection, SampleSelection {
  /** Only the slowest invocations, this part of all of a function that are selected otherwise, 0 to 1. */
  slowest?: number;
  /** Only what ran in the request with this id of AWS's. */
  request?: string;
}

/** What is known of a snapshot once it is here. */
export interface SnapshotFacts {
  /** The window. */
  from: Date;
  to: Date;
  /** Empty: unknown. */
  version: string;
}

/** S3 tells times to the second, and its clock is not Lambda's. */
const clockToleranceMs = 60_000;

/** Whether a snapshot is wanted, as far as its key and the time when it was written tell: at the end of its window. */
export function mayBeSelected({ since, instances }: SnapshotSelection, instance: string, written: Date): boolean {
  const tooOld = since !== undefined && written.getTime() + clockToleranceMs < since.getTime();
  return !tooOld && (instances === undefined || instances.includes(instance));
}

/** Whether a snapshot that may be selected is. */
export function isSelected(
  { since, until, version }: SnapshotSelection,
  { from, to, ...facts }: SnapshotFacts,
): boolean {
  return (
    (since === undefined || to > since) &&
    (until === undefined || from < until) &&
    (version === undefined || facts.version === version)
  );
}

/** Whether of some snapshots only a part may be wanted, apart from the slowest invocations. */
export function selectsSamples({ label = [], coldStart, errors, ...patterns }: SampleSelection): boolean {
  const { focus, ignore, hide, showFrom } = patterns;
  return label.length > 0 || [coldStart, errors, focus, ignore, hide, showFrom].some(Boolean);
}

/** What is wanted of `profile`: the same object where that is all. */
export function selectSamples(profile: Profile, selection: SampleSelection): Profile {
  return filterFrames(selectInvocations(profile, selection), selection);
}

/** What ran in those invocations that are wanted, and the records of these: the same object where that is all. */
export function selectInvocations(profile: Profile, { label = [], coldStart, errors }: SampleSelection): Profile {
  return filterByLabels(profile, [
    ...label,
    ...(coldStart ? [{ key: 'cold_start', value: 'true' }] : []),
    ...(errors ? ['error', 'timeout'].map((value) => ({ key: 'outcome', value })) : []),
  ]);
}

/** The flags that make this selection; empty: all is wanted. */
export function selectionText(selection: Selection): string {
  const { since, until, version, instances, label = [], focus, ignore, hide, showFrom } = selection;
  const flags: [flag: string, value: string | undefined][] = [
    ['since', since?.toISOString()],
    ['until', until?.toISOString()],
    ['version', version],
    ['instances', instances?.join(',')],
    ...label.map(({ key, value }): [string, string] => ['label', `${key}=${value}`]),
    ['cold-start', selection.coldStart ? '' : undefined],
    ['errors', selection.errors ? '' : undefined],
    ['slowest', selection.slowest === undefined ? undefined : percentText(selection.slowest)],
    ['request', selection.request],
    ['focus', focus?.source],
    ['ignore', ignore?.source],
    ['hide', hide?.source],
    ['show-from', showFrom?.source],
  ];
  return flags
    .flatMap(([flag, value]) => (value === undefined ? [] : [value === '' ? `--${flag}` : `--${flag} ${value}`]))
    .join(' ');
}

/** 0.01 as `1%`. */
export function percentText(part: number): string {
  return `${Number((part * 100).toPrecision(12))}%`;
}
