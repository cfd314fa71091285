import { Frame } from '../../lib/contract/frames';
import type { Label, Location, Profile, Sample } from '../../profile/model/profile';
import type { Micros } from '../clock';
import { Frames } from '../frames';
import { type FunctionIdentity, mappingOf } from '../function-identity';
import type { Window } from '../invocations/invocation-labels';
import { StackTable, waitName } from '../stacks/stack-table';
import { waitedFor } from '../waits/attribute';
import { locatedWaits } from '../waits/located-waits';
import type { RecordedWaits } from '../waits/observer';
import { callTreeStacks } from './call-tree-stacks';
import type { CpuProfile } from './cpu-sampler';
import { profileOfWindows } from './profile-of-windows';
import { idleSlices, type SampledWindows } from './sampled-windows';
import { NOT_SAMPLED, pseudoName, type Slice } from './slices';

type Node = CpuProfile['nodes'][number];

/** The id of a stack's leaf in V8's call tree (negative: garbage collection on top of it), or the stack itself. */
type Stack = number | Location[];

/** Time and samples of one stack inside the windows. */
interface StackTime {
  samples: number;
  /** Microseconds. */
  time: Micros;
}

/** What was sampled under one set of labels. */
interface LabelledTimes {
  labels: readonly Label[];
  times: Map<Stack, StackTime>;
}

/**
 * A pprof profile of what was sampled in windows.
 *
 * @param waits what idle time was spent on: it is under the stacks that caused it, as far as it is known
 * @param frames shared by profiles that become one
 */
export function cpuToPprof(
  sampled: SampledWindows,
  identity: FunctionIdentity,
  waits?: RecordedWaits,
  frames = new Frames(mappingOf(identity), identity),
): Profile {
  const { profile, windows, slices } = sampled;
  const sampleTypes = [
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
    { type: 'wall', unit: 'nanoseconds' },
  ];
  const result = profileOfWindows(sampleTypes, 'wall', sampled, frames.mapping);
  const times = timePerStack(slices, windows, waits && idleStacks(profile, slices, waits, new StackTable(frames)));
  result.samples = samplesOf(profile, times, frames);
  return result;
}

interface StackPart {
  stack: Stack;
  time: Micros;
}

/** For each idle slice the stacks that were waited for; a part of it that is nobody's is as V8 gives it. */
function idleStacks(
  profile: CpuProfile,
  slices: readonly Slice<Window>[],
  recorded: RecordedWaits,
  stacks: StackTable,
): Map<Slice<Window>, StackPart[]> {
  const waits = locatedWaits(idleSlices(profile, slices), recorded);
  const parts = new Map<Slice<Window>, StackPart[]>();
  for (const { idle, time, stretch } of waits) {
    const of = parts.get(idle) ?? [];
    parts.set(idle, of);
    const operations = stretch ? waitedFor(stretch) : [];
    for (const operation of operations) {
      const name = waitName(stretch?.operation ? stretch.what : operation.what);
      of.push({ stack: stacks.of(name, operation.origin.frames), time: time / operations.length });
    }
    if (operations.length === 0) of.push({ stack: idle.stack, time });
  }
  return parts;
}

/** Time and samples by label set and stack. */
function timePerStack(
  slices: readonly Slice<Window>[],
  windows: readonly Window[],
  idle?: ReadonlyMap<Slice<Window>, readonly StackPart[]>,
): LabelledTimes[] {
  const sets = new Map<string, LabelledTimes>();
  const timesOf = new Map(
    windows.map((window) => {
      const key = labelSetText(window.labels);
      const known = sets.get(key) ?? { labels: window.labels, times: new Map() };
      sets.set(key, known);
      return [window, known.times];
    }),
  );
  for (const slice of slices) {
    const times = timesOf.get(slice.window);
    const parts = idle?.get(slice) ?? [{ stack: slice.stack, time: slice.end - slice.start }];
    parts.forEach(({ stack, time }, i) => {
      const entry = times?.get(stack) ?? { samples: 0, time: 0 };
      entry.time += time;
      // The sample was at the end.
      if (i === parts.length - 1) entry.samples += slice.samples;
      times?.set(stack, entry);
    });
  }
  return [...sets.values()];
}

/** A text that is equal for equal label sets. */
function labelSetText(labels: readonly Label[]): string {
  return labels.map((label) => `${label.key}\0${'str' in label ? label.str : label.num}`).join('\0');
}

function samplesOf(profile: CpuProfile, times: readonly LabelledTimes[], frames: Frames): Sample[] {
  const stackOf = callTreeStacks(profile, frames, import.meta.url);
  const samples: Sample[] = [];
  for (const { labels, times: byStack } of times) {
    for (const [stack, { samples: count, time }] of byStack) {
      if (typeof stack !== 'number') {
        samples.push({ locations: stack, values: [count, 0, Math.round(time * 1000)], labels: [...labels] });
        continue;
      }
      if (stack === NOT_SAMPLED) {
        const place = frames.at({ functionName: Frame.NOT_SAMPLED, url: '', lineNumber: -1, columnNumber: -1 });
        samples.push({ locations: [place], values: [count, 0, Math.round(time * 1000)], labels: [...labels] });
        continue;
      }
      const found = stackOf(stack);
      if (!found) continue;
      const { leaf, callers } = found;
      const idle = pseudoName(leaf) === Frame.IDLE;
      for (const part of splitByLine(leaf, count, Math.round(time * 1000))) {
        samples.push({
          locations: [frames.at(leaf.callFrame, part.line), ...callers],
          values: [part.count, idle ? 0 : part.nanos, part.nanos],
          labels: [...labels],
        });
      }
    }
  }
  return samples;
}

/**
 * A node's samples and time over the lines at which it was seen. V8 counts hits for each line over its whole profile,
 * not over our windows: the split is in proportion, the sums are exact.
 */
function splitByLine(node: Node, count: number, nanos: number): { line: number; count: number; nanos: number }[] {
  const ticks = node.positionTicks ?? [];
  const total = ticks.reduce((sum, tick) => sum + tick.ticks, 0);
  if (total === 0) return [{ line: 0, count, nanos }];
  const parts: { line: number; count: number; nanos: number }[] = [];
  let seen = 0;
  let countLeft = 0;
  let nanosLeft = 0;
  for (const { line, ticks: hits } of ticks) {
    seen += hits;
    const countUpTo = Math.round((count * seen) / total);
    const nanosUpTo = Math.round((nanos * seen) / total);
    const part = { line, count: countUpTo - countLeft, nanos: nanosUpTo - nanosLeft };
    if (part.count > 0 || part.nanos > 0) parts.push(part);
    countLeft = countUpTo;
    nanosLeft = nanosUpTo;
  }
  return parts;
}
