import { decodeProfile } from '../profile/decode';
import { FrameTable } from '../profile/frame-table';
import { type InvocationRecord, invocationRecords, isInvocationRecord } from '../profile/invocation-records';
import type { Label, Profile, Sample, ValueType } from '../profile/model';
import { defaultSampleTypeIndex } from '../profile/sample-type';
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
  /** Those of invocations' records included, which have neither stack nor value. */
  table: StackTable;
  labels: SampleLabels;
  invocations: readonly RecordedInvocation[];
}

/** An invocation, and the number of its label set. */
export interface RecordedInvocation extends InvocationRecord {
  set: number;
}

/** @throws MalformedProfileError when `bytes`, not compressed, are no profile. */
export function readRecording(bytes: Uint8Array): Recording {
  return recordingOf(decodeProfile(bytes));
}

export function recordingOf(profile: Profile): Recording {
  const labels = labelsOf(profile.samples);
  const records = profile.samples.flatMap((sample, s) => (isInvocationRecord(sample) ? [labels.ofSample[s]] : []));
  return {
    sampleTypes: profile.sampleTypes,
    defaultType: defaultSampleTypeIndex(profile),
    startMillis: Number(profile.timeNanos) / 1e6,
    durationNanos: Number(profile.durationNanos),
    table: tableOf(profile),
    labels,
    invocations: invocationRecords(profile).map((record, i) => ({ ...record, set: records[i] })),
  };
}

function labelsOf(samples: readonly Sample[]): SampleLabels {
  const numbers = new Map<string, number>();
  const sets: LabelSet[] = [];
  const ofSample = Int32Array.from(samples, (sample) => {
    const isRecord = isInvocationRecord(sample);
    const key = `${isRecord ? 'r' : ''}${sample.labels.map(labelKey).join('\u0001')}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = sets.push({ labels: sample.labels, isRecord }) - 1;
      numbers.set(key, number);
    }
    return number;
  });
  return { sets, ofSample };
}

function labelKey(label: Label): string {
  return 'str' in label ? `${label.key}\0${label.str}` : `${label.key}\0\0${label.num}\0${label.unit}`;
}

function tableOf({ samples, sampleTypes }: Profile): StackTable {
  const frames = new FrameTable();
  const size = samples.length;
  const start = new Int32Array(size + 1);
  const values = sampleTypes.map(() => new Float64Array(size));
  let path = new Int32Array(size * 32 + 64);
  let line = new Int32Array(path.length);
  let length = 0;
  for (let s = 0; s < size; s++) {
    const { locations, values: of } = samples[s];
    for (let i = locations.length - 1; i >= 0; i--) {
      const { lines } = locations[i];
      const inlined = frames.at(locations[i]);
      if (length + inlined.length > path.length) {
        path = enlarged(path, (length + inlined.length) * 2);
        line = enlarged(line, path.length);
      }
      for (let k = inlined.length - 1; k >= 0; k--) {
        line[length] = lines[k]?.line ?? 0;
        path[length++] = inlined[k];
      }
    }
    start[s + 1] = length;
    for (let t = 0; t < values.length; t++) values[t][s] = Number(of[t]);
  }
  return { frames: frames.frames, size, path: path.slice(0, length), line: line.slice(0, length), start, values };
}

function enlarged(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
