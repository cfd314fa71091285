import { SELECTION_NOTE } from '../lib/contract/merged-files';
import { type InvocationRecord, invocationRecords, isInvocationRecord } from '../profile/analysis/invocation-records';
import { firstOfInterest, type Uninteresting, uninteresting } from '../profile/analysis/uninteresting';
import { FrameTable } from '../profile/model/frame-table';
import { emptyProfile, type Location, type Sample, type ValueType } from '../profile/model/profile';
import type { ProfileColumns } from '../profile/model/profile-columns';
import { defaultSampleTypeIndex } from '../profile/model/sample-type';
import { ColumnsReader } from '../profile/pprof/columns-reader';
import { locationsOfColumns } from '../profile/pprof/decode';
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

/** Only samples without a stack and without a value can be records: few, beside the others. */
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
  const locations = locationsOfColumns(columns);
  const found = uninteresting(columns.header, locations);
  if (!found) return { table: tableOf(columns, locations), frames: '' };
  if ('problem' in found) {
    return {
      table: tableOf(columns, locations),
      frames: `all frames are shown, as its drop_frames cannot be applied: ${found.problem}`,
    };
  }
  const counted = `${found.functions.toLocaleString('en')} ${found.functions === 1 ? 'function' : 'functions'}`;
  return {
    table: tableOf(columns, locations, found),
    frames: `without ${counted} that its drop_frames names; view --all-frames shows all`,
  };
}

function tableOf(columns: ProfileColumns, locations: readonly Location[], without?: Uninteresting): StackTable {
  const { stacks, stackStarts, sampleCount: size } = columns;
  const { frames, start: partStart, frame: partFrame, line: partLine } = locationParts(locations, without);
  const linesGone = (at: number): number => without?.lines[stacks.data[at]] ?? 0;
  const isWhole = (at: number): boolean => linesGone(at) === locations[stacks.data[at]].lines.length;
  let length = 0;
  for (let i = 0; i < stacks.length; i++) length += partStart[stacks.data[i] + 1] - partStart[stacks.data[i]];
  const path = new Int32Array(length);
  const line = new Int32Array(length);
  const start = new Int32Array(size + 1);
  let to = 0;
  for (let s = 0; s < size; s++) {
    const end = stackStarts.data[s + 1];
    const first = without ? firstOfInterest(stackStarts.data[s], end, linesGone, isWhole) : stackStarts.data[s];
    for (let i = end - 1; i >= first; i--) {
      const location = stacks.data[i];
      for (let part = partStart[location]; part < partStart[location + 1]; part++) {
        path[to] = partFrame[part];
        line[to++] = partLine[part];
      }
    }
    start[s + 1] = to;
  }
  const stored = without ? { path: path.slice(0, to), line: line.slice(0, to) } : { path, line };
  return { frames, size, ...stored, start, values: valuesOf(columns) };
}

/** What stands in a path for each location: the frames that were inlined at it, the outermost first. */
interface LocationParts {
  frames: StackTable['frames'];
  /** The parts of location `l` are `start[l]` to `start[l + 1] - 1`. */
  start: Int32Array;
  frame: number[];
  line: number[];
}

/** @param without - its lines of locations go, but not those of whole locations: which of these go, stacks decide */
function locationParts(locations: readonly Location[], without?: Uninteresting): LocationParts {
  const table = new FrameTable();
  const start = new Int32Array(locations.length + 1);
  const frame: number[] = [];
  const line: number[] = [];
  for (const [place, location] of locations.entries()) {
    const inlined = table.at(location);
    const gone = without?.lines[place] ?? 0;
    for (let k = inlined.length - 1; k >= (gone < inlined.length ? gone : 0); k--) {
      frame.push(inlined[k]);
      line.push(location.lines[k]?.line ?? 0);
    }
    start[place + 1] = frame.length;
  }
  return { frames: table.frames, start, frame, line };
}

/** The values of each sample type: sums beyond 2^53 are rounded, which no picture shows. */
function valuesOf({ header, values, sampleCount }: ProfileColumns): Float64Array[] {
  const types = header.sampleTypes.length;
  return header.sampleTypes.map((_, type) => {
    const column = new Float64Array(sampleCount);
    for (let s = 0; s < sampleCount; s++) {
      const at = (s * types + type) * 2;
      column[s] = values.data[at + 1] * 2 ** 32 + (values.data[at] >>> 0);
    }
    return column;
  });
}
