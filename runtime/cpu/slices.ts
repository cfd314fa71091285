import { Frame } from '../../lib/contract/frames';
import type { Micros } from '../clock';
import type { Window } from '../invocations/invocation-labels';
import type { CpuProfile } from './cpu-sampler';

type Node = CpuProfile['nodes'][number];

/**
 * In place of a stack: no sample fell into the window, as into most that are shorter than the time between two samples.
 * What was sampled outside of it says nothing: after a thaw V8 samples at once, when the runtime still waits.
 */
export const NOT_SAMPLED = 0;

/** A stretch of time inside a window, and what ran in it. */
export interface Slice<W> {
  readonly window: W;
  readonly start: Micros;
  readonly end: Micros;
  /** The id of the stack's leaf in V8's call tree; garbage collection on top of it is the negative id; or `NOT_SAMPLED`. */
  readonly stack: number;
  /** When it was sampled: at its end, or before it. */
  readonly sampledAt: Micros;
  /** 1 where the slice ends with a sample, else 0. */
  readonly samples: number;
}

/**
 * The time in `windows` cut by V8's samples, in order.
 *
 * V8 gives for each sample the time since the one before it, exact on the monotonic clock, so sample i owns the
 * interval (t[i-1], t[i]]. Time is the part of that interval which is inside a window: what happened between
 * invocations, a freeze included, is nobody's. Hits times period would be wrong wherever the CPU is throttled.
 *
 * @param windows in order, without overlaps
 * @param interval between two samples
 */
export function slicesOf<W extends Pick<Window, 'start' | 'end'>>(
  profile: CpuProfile,
  windows: readonly W[],
  interval: Micros,
): Slice<W>[] {
  const slices: Slice<W>[] = [];
  const stacks = stacksOf(profile, windows);
  const deltas = profile.timeDeltas ?? [];
  let from = profile.startTime;
  let first = 0;
  for (let i = 0; i < stacks.length; i++) {
    // V8 may give a slightly negative delta when a sample was taken out of order: that sample owns no time.
    const to = Math.max(from, from + deltas[i]);
    while (first < windows.length && windows[first].end <= from) first++;
    for (let w = first; w < windows.length && windows[w].start < to; w++) {
      const window = windows[w];
      const start = Math.max(from, window.start);
      const end = Math.min(to, window.end);
      if (end <= start) continue;
      const inside = to <= window.end;
      // The interval reaches beyond this window: what was last seen inside it is nearer than what was seen later.
      const before = i > 0 && from > window.start ? stacks[i - 1] : NOT_SAMPLED;
      const [stack, sampledAt] = inside ? [stacks[i], to] : [before, from];
      slices.push({ window, start, end, stack, sampledAt, samples: inside ? 1 : 0 });
    }
    from = to;
  }
  // After the last sample nothing is known, but for one interval what it saw is the best guess.
  const last = stacks[stacks.length - 1];
  for (let w = first; w < windows.length && windows[w].start < profile.endTime; w++) {
    const window = windows[w];
    const start = Math.max(from, window.start);
    const end = Math.min(profile.endTime, window.end);
    const known = last !== undefined && from > window.start ? Math.min(from + interval, end) : start;
    if (known > start) slices.push({ window, start, end: known, stack: last, sampledAt: from, samples: 0 });
    if (end > known) slices.push({ window, start: known, end, stack: NOT_SAMPLED, sampledAt: from, samples: 0 });
  }
  return slices;
}

/** The name of a leaf that V8 makes up: `(idle)`, `(program)`, `(garbage collector)`; nothing for a real function. */
export function pseudoName({ callFrame }: Node): string | undefined {
  return callFrame.url === '' && callFrame.functionName.startsWith('(') ? callFrame.functionName : undefined;
}

/**
 * The stack of each sample. V8 gives garbage collection without a stack: what ran before it goes on after it, and its
 * allocations are the likeliest cause, so the collection is put on top of that, as Chrome's DevTools do; but not across
 * the beginning or end of a window, for then it is another invocation's.
 */
function stacksOf(profile: CpuProfile, windows: readonly Pick<Window, 'start' | 'end'>[]): number[] {
  const names = new Map(profile.nodes.map((node) => [node.id, pseudoName(node)]));
  const deltas = profile.timeDeltas ?? [];
  let at = profile.startTime;
  let first = 0;
  let place = 0;
  let running: number | undefined;
  return (profile.samples ?? []).map((id, i) => {
    at += Math.max(0, deltas[i]);
    while (first < windows.length && windows[first].end < at) first++;
    const placeNow = 2 * first + (first < windows.length && windows[first].start < at ? 1 : 0);
    if (placeNow !== place) running = undefined;
    place = placeNow;
    const name = names.get(id);
    if (name === Frame.GARBAGE_COLLECTOR) return running === undefined ? id : -running;
    running = name === undefined ? id : undefined;
    return id;
  });
}
