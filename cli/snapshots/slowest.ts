import { invocationRecords } from '../../profile/analysis/invocation-records';
import { Durations, type SlowestThreshold, slowestOfMerged, slowestSamples } from '../../profile/analysis/slowest';
import type { Profile } from '../../profile/model/profile';
import { formatValue } from '../../profile/model/value-format';
import { encodeProfile } from '../../profile/pprof/encode';
import type { ObjectContent } from '../aws/object-content';
import { readProfile } from '../files/pprof-file';
import { CommandError } from '../terminal/command-error';
import { formatCount } from '../terminal/format';
import { DeniedReads } from './denied-reads';
import { type FetchProgress, readSnapshots } from './read-snapshots';
import {
  isSelected,
  percentText,
  type SampleSelection,
  type Selection,
  type SnapshotFacts,
  selectInvocations,
  selectionText,
} from './selection';
import type { Snapshot } from './snapshot';
import { factsOf } from './snapshot-facts';
import type { SnapshotList } from './snapshot-list';

/** Which invocations `--slowest` has selected. */
export interface SlowestReport {
  /** Name in keys; of a file: what it is of. */
  function: string;
  /** The part that was asked for, 0 to 1. */
  part: number;
  threshold: SlowestThreshold;
  /** Of these, how many are missing, as their samples cannot be told from those of faster ones. */
  cut: number;
}

/** The report in a line: `the slowest 1%: 12 of 1,187 invocations, of 340 ms and more`. */
export function slowestText({ part, threshold, cut }: Omit<SlowestReport, 'function'>): string {
  const { selected, invocations, wallNanos } = threshold;
  const missing =
    cut === 0
      ? ''
      : `; ${cut.toLocaleString('en-US')} of them missing, because their samples cannot be distinguished from those of faster ones`;
  return `the slowest ${percentText(part)}: ${selected.toLocaleString('en-US')} of ${formatCount(invocations, 'invocation')}, of ${formatValue(wallNanos, 'nanoseconds')} and more${missing}`;
}

/** Of snapshots, the parts of the slowest invocations, after all have been read once. */
export interface SlowestParts {
  /** What of a snapshot belongs to the slowest invocations of its function. */
  of(snapshot: Snapshot, content: ObjectContent): Promise<ObjectContent>;
  /** What has been selected so far. */
  reports(): SlowestReport[];
}

/** Whether snapshots of this type tell what ran in which invocation. */
export function tellsInvocations({ key }: Snapshot): boolean {
  return key.type === 'wall';
}

/**
 * Reads the records of all snapshots (see {@link tellsInvocations}), and with them finds what of each is wanted: they are read again for that, from the
 * cache. Which are the slowest is asked of each function by itself.
 *
 * @returns undefined: all invocations are wanted
 * @throws CommandError if no snapshot has records
 */
export async function slowestParts(
  snapshots: SnapshotList,
  selection: Selection,
  cacheFolder: string,
  onProgress: (progress: FetchProgress) => void,
): Promise<SlowestParts | undefined> {
  const { slowest: part } = selection;
  if (part === undefined) return undefined;
  const thresholds = await findThresholds(snapshots, part, cacheFolder, onProgress, ({ key }, facts) =>
    isSelected(selection, facts) ? [{ of: key.function, selection }] : [],
  );
  if (thresholds.size === 0 && snapshots.length > 0) throw noRecords(selection);
  const reports = new Map(
    [...thresholds].map(([fn, threshold]): [string, SlowestReport] => [fn, { function: fn, part, threshold, cut: 0 }]),
  );
  return {
    async of({ key }, content) {
      const report = reports.get(key.function);
      const profile = selectInvocations(await readProfile(content.bytes), selection);
      if (!report) return { ...content, bytes: encodeProfile({ ...profile, samples: [] }) };
      const slowest = slowestSamples(profile, report.threshold);
      report.cut += slowest.cut;
      return { ...content, bytes: encodeProfile(slowest.profile) };
    },
    reports: () => [...reports.values()],
  };
}

/** A set of invocations among which the slowest are looked for, and what is wanted of a snapshot for it. */
export interface InvocationSet<T> {
  of: T;
  selection: SampleSelection;
}

/**
 * Reads the records of snapshots to find the slowest invocations of each of several sets.
 *
 * @param setsOf - which sets a snapshot belongs to
 * @returns by set; those without any record are not there
 */
export async function findThresholds<T>(
  snapshots: SnapshotList,
  part: number,
  cacheFolder: string,
  onProgress: (progress: FetchProgress) => void,
  setsOf: (snapshot: Snapshot, facts: SnapshotFacts) => InvocationSet<T>[],
): Promise<Map<T, SlowestThreshold>> {
  const durations = new Map<T, Durations>();
  const denied = new DeniedReads(snapshots.bucketNames);
  await readSnapshots(
    snapshots,
    cacheFolder,
    async (snapshot, { bytes, metadata }) => {
      const profile = await readProfile(bytes);
      denied.read(snapshot);
      for (const { of, selection } of setsOf(snapshot, factsOf(profile, metadata))) {
        const known = durations.get(of) ?? new Durations();
        durations.set(of, known);
        for (const record of invocationRecords(selectInvocations(profile, selection))) known.add(record);
      }
    },
    onProgress,
    (snapshot, error) => denied.leavesOut(snapshot, error),
  );
  denied.requireSome();
  const thresholds = [...durations].map(([of, all]) => [of, all.slowest(part)] as const);
  return new Map(thresholds.flatMap(([of, threshold]) => (threshold ? [[of, threshold]] : [])));
}

/**
 * The slowest invocations of a merged file.
 *
 * @throws CommandError if it does not tell them
 */
export function slowestOfFile(
  profile: Profile,
  selection: SampleSelection & { slowest: number },
  of: string,
): { profile: Profile; report: SlowestReport } {
  const { slowest: part } = selection;
  const slowest = slowestOfMerged(selectInvocations(profile, selection), part);
  if (slowest) {
    const { threshold, cut } = slowest;
    return { profile: slowest.profile, report: { function: of, part, threshold, cut } };
  }
  throw new CommandError(
    `${of} cannot be filtered by --slowest: it is not a merged wall profile, or it is too large.`,
    'Leave the file out to select among the snapshots of a stack: --stack S --function F --slowest 1%.',
  );
}

/** The error where `--slowest` finds no invocation. */
export function noRecords(selection: Selection): CommandError {
  return new CommandError(
    `The snapshots have no record of an invocation that ${selectionText(selection)} could select.`,
    'Select less narrowly. If an older version of profiled-fn wrote them, deploy with this one.',
  );
}
