import { emptyProfile, type Label, type Location, type Profile, type Sample } from '../profile/model';
import { type Micros, toEpochMs } from './clock';
import type { CpuProfile } from './cpu-sampler';
import { Frames } from './frames';
import { type FunctionIdentity, mappingOf } from './identity';
import type { Window } from './invocation-labels';
import { disjoint } from './windows';

type Node = CpuProfile['nodes'][number];

/** Time and samples of one stack inside the windows. */
interface StackTime {
  samples: number;
  /** Microseconds. */
  time: number;
}

/** What was sampled under one set of labels. */
interface LabelledTimes {
  labels: readonly Label[];
  times: Map<number, StackTime>;
}

/**
 * A pprof profile of the parts of `profile` that lie inside `windows`.
 *
 * V8 gives for each sample the time since the one before it, exact on the monotonic clock, so sample i owns the
 * interval (t[i-1], t[i]]. Time is the part of that interval which lies inside a window: what happened between
 * invocations, a freeze included, is nobody's. Hits times period would be wrong wherever the CPU is throttled.
 *
 * @param windows with the labels of what falls into them; they may overlap (concurrent invocations), and then the labels
 * are those on which they agree: V8 does not tell whose code runs
 */
export function cpuToPprof(
  profile: CpuProfile,
  windows: readonly Window[],
  samplingIntervalMs: number,
  identity: FunctionIdentity,
): Profile {
  const inOrder = since(profile.startTime, disjoint(windows));
  const times = timePerStack(profile, inOrder, samplingIntervalMs * 1000);
  const mapping = mappingOf(identity);
  const result = emptyProfile([
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
    { type: 'wall', unit: 'nanoseconds' },
  ]);
  result.defaultSampleType = 'wall';
  result.periodType = { type: 'wall', unit: 'nanoseconds' };
  result.period = Math.round(samplingIntervalMs * 1e6);
  result.mappings = [mapping];
  const start = inOrder.length > 0 ? inOrder[0].start : profile.startTime;
  result.timeNanos = BigInt(Math.round(toEpochMs(start) * 1000)) * 1000n;
  result.durationNanos = Math.round(inOrder.reduce((sum, window) => sum + window.end - window.start, 0) * 1000);
  result.samples = samplesOf(profile, times, new Frames(mapping, identity));
  return result;
}

/** The part of the windows that V8 has seen: an invocation may have begun before it sampled. */
function since(start: Micros, windows: readonly Window[]): Window[] {
  return windows
    .filter(({ end }) => end > start)
    .map((window) => ({ ...window, start: Math.max(start, window.start) }));
}

/**
 * Time and samples by label set and stack. A stack is the id of its leaf in V8's call tree; garbage collection on top of
 * it is the negative id.
 */
function timePerStack(profile: CpuProfile, windows: readonly Window[], interval: Micros): LabelledTimes[] {
  const sets = new Map<string, LabelledTimes>();
  const timesOf = windows.map(({ labels }) => {
    const key = labelSetText(labels);
    const known = sets.get(key) ?? { labels, times: new Map() };
    sets.set(key, known);
    return known.times;
  });
  const add = (times: Map<number, StackTime>, stack: number, time: Micros, samples: number) => {
    const entry = times.get(stack);
    if (entry) {
      entry.time += time;
      entry.samples += samples;
    } else times.set(stack, { time, samples });
  };
  const stacks = stacksOf(profile);
  const deltas = profile.timeDeltas ?? [];
  let from = profile.startTime;
  let first = 0;
  for (let i = 0; i < stacks.length; i++) {
    // V8 may give a slightly negative delta when a sample was taken out of order: that sample owns no time.
    const to = Math.max(from, from + deltas[i]);
    while (first < windows.length && windows[first].end <= from) first++;
    for (let w = first; w < windows.length && windows[w].start < to; w++) {
      const { start, end } = windows[w];
      const time = Math.min(to, end) - Math.max(from, start);
      if (time <= 0) continue;
      const inside = to <= end;
      // The interval reaches beyond this window: what was last seen inside it is nearer than what was seen later.
      const stack = !inside && i > 0 && from > start ? stacks[i - 1] : stacks[i];
      add(timesOf[w], stack, time, inside ? 1 : 0);
    }
    from = to;
  }
  // After the last sample nothing is known, but for one interval what it saw is the best guess.
  const last = stacks[stacks.length - 1];
  const to = Math.min(profile.endTime, from + interval);
  for (let w = first; last !== undefined && w < windows.length && windows[w].start < to; w++) {
    const time = Math.min(to, windows[w].end) - Math.max(from, windows[w].start);
    if (time > 0) add(timesOf[w], last, time, 0);
  }
  return [...sets.values()];
}

/** A text that is equal for equal label sets. */
function labelSetText(labels: readonly Label[]): string {
  return labels.map((label) => `${label.key}\0${'str' in label ? label.str : label.num}`).join('\0');
}

/** The name of a leaf that V8 makes up: `(idle)`, `(program)`, `(garbage collector)`; nothing for a real function. */
function pseudoName({ callFrame }: Node): string | undefined {
  return callFrame.url === '' && callFrame.functionName.startsWith('(') ? callFrame.functionName : undefined;
}

/**
 * The stack of each sample. V8 gives garbage collection without a stack: what ran before it goes on after it, and its
 * allocations are the likeliest cause, so the collection is put on top of that, as Chrome's DevTools do.
 */
function stacksOf(profile: CpuProfile): number[] {
  const names = new Map(profile.nodes.map((node) => [node.id, pseudoName(node)]));
  let running: number | undefined;
  return (profile.samples ?? []).map((id) => {
    const name = names.get(id);
    if (name === '(garbage collector)') return running === undefined ? id : -running;
    running = name === undefined ? id : undefined;
    return id;
  });
}

function samplesOf(profile: CpuProfile, times: readonly LabelledTimes[], frames: Frames): Sample[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, Node>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node);
  const collector = profile.nodes.find((node) => pseudoName(node) === '(garbage collector)');

  const stacks = new Map<number, Location[]>();
  /** The locations of a node and its callers, each node's made once. */
  const stackOf = (node: Node | undefined): Location[] => {
    if (!node) return [];
    const known = stacks.get(node.id);
    if (known) return known;
    const parent = parents.get(node.id);
    const callers = stackOf(parent);
    // The root is nobody's frame: it is the node without a parent. Nor is the handler's wrapper, which is under everything.
    const isFrame = parent !== undefined && node.callFrame.url !== import.meta.url;
    const stack = isFrame ? [frames.at(node.callFrame), ...callers] : callers;
    stacks.set(node.id, stack);
    return stack;
  };

  const samples: Sample[] = [];
  for (const { labels, times: byStack } of times) {
    for (const [stack, { samples: count, time }] of byStack) {
      const node = nodes.get(Math.abs(stack));
      if (!node) continue;
      const leaf = stack < 0 && collector ? collector : node;
      const callers = stackOf(stack < 0 ? node : parents.get(stack));
      const idle = pseudoName(leaf) === '(idle)';
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
