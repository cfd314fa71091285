import { SELECTION_NOTE } from '../lib/contract/merged-files';
import { linedStacks } from '../profile/analysis/frame-stacks';
import { type InvocationRecord, invocationRecords, isInvocationRecord } from '../profile/analysis/invocation-records';
import { stacksOf } from '../profile/analysis/stack-table';
import { uninteresting } from '../profile/analysis/uninteresting';
import { emptyProfile, type Sample, type ValueType } from '../profile/model/profile';
import type { ProfileColumns } from '../profile/model/profile-columns';
import { defaultSampleTypeIndex } from '../profile/model/sample-type';
import { ColumnsReader } from '../profile/pprof/columns-reader';
import type { LabelSet, SampleLabels } from './stacks/labels';
import type { StackTable } from './stacks/stack-table';

/** A profile as the page holds it: stacks as numbers, and each different set of labels once. */
export interface Recording {
  sampleTypes: readonly ValueType[];
  /** Index of the sample type to show first; -1: there are none. */
  defaultType: number;
  /** Milliseconds since the epoch; 0: unknown. */
  startMillis: number;
  durationNanos: number;
  /** What of the snapshots it holds, as the flags of the command that selected it; empty: all. */
  selection: string;
  /** What became of the frames that its drop_frames names; empty: it names none. */
  frames: string;
  /** Those of invocations' records included, which have neither stack nor value. */
  table: StackTable;
  labels: SampleLabels;
  invocations: readonly RecordedInvocation[];
}

/** An invocation, and the number of its label set. */
export interface RecordedInvocation extends InvocationRecord {
  set: number;
}

/**
 * Reads a profile's bytes, not compressed, without an object for each sample.
 *
 * @throws MalformedProfileError for anything else than one whole, consistent profile.
 */
export function readRecording(bytes: Uint8Array): Recording {
  const columns = new ColumnsReader().read(bytes);
  const { sampleTypes, timeNanos, durationNanos } = columns.header;
  const records = recordsOf(columns);
  const recordSets = new Set(records.map(({ set }) => set));
  const setCount = columns.labelStarts.length - 1;
  const sets = Array.from({ length: setCount }, (_, set): LabelSet => {
    return { labels: columns.labels(set), isRecord: recordSets.has(set) };
  });
  return {
    sampleTypes,
    defaultType: defaultSampleTypeIndex(columns.header),
    startMillis: Number(timeNanos) / 1e6,
    durationNanos: Number(durationNanos),
    selection: selectionIn(columns.comments),
    ...framesOf(columns),
    labels: { sets, ofSample: columns.labelSets.data.slice(0, columns.sampleCount) },
    invocations: records,
  };
}

function selectionIn(comments: readonly string[]): string {
  return comments.find((comment) => comment.startsWith(SELECTION_NOTE))?.slice(SELECTION_NOTE.length) ?? '';
}

/** Only samples without a stack and without a value can be records: few, next to the others. */
function recordsOf(columns: ProfileColumns): RecordedInvocation[] {
  const { header, stackStarts, labelSets, sampleCount } = columns;
  const samples: Sample[] = [];
  const sets: number[] = [];
  for (let s = 0; s < sampleCount; s++) {
    if (stackStarts.at(s + 1) > stackStarts.at(s) || !columns.isZero(s)) continue;
    const sample = { locations: [], values: header.sampleTypes.map(() => 0), labels: columns.labels(labelSets.at(s)) };
    if (!isInvocationRecord(sample)) continue;
    samples.push(sample);
    sets.push(labelSets.at(s));
  }
  const records = invocationRecords({ ...emptyProfile(header.sampleTypes), samples });
  return records.map((record, i) => ({ ...record, set: sets[i] }));
}

/** The stacks without what the profile's own drop_frames names, as Go's pprof shows it. */
function framesOf(columns: ProfileColumns): Pick<Recording, 'table' | 'frames'> {
  const table = stacksOf(columns);
  const found = uninteresting(columns.header, table.locations);
  if (!found) return { table: linedStacks(table), frames: '' };
  if ('problem' in found) {
    return {
      table: linedStacks(table),
      frames: `all frames are shown, as its drop_frames cannot be applied: ${found.problem}`,
    };
  }
  const counted = `${found.functions.toLocaleString('en')} ${found.functions === 1 ? 'function' : 'functions'}`;
  return {
    table: linedStacks(table, found),
    frames: `without ${counted} that its drop_frames names; view --all-frames shows all`,
  };
}
