import { type Frame, FrameTable } from '../model/frame-table';
import type { Location, Profile } from '../model/profile';
import { type StackTable, stackTable } from './stack-table';
import { firstOfInterest, type Uninteresting } from './uninteresting';

/**
 * The functions on the stacks of samples, as numbers: what call tree, top functions, filters and pictures are made of,
 * in passes over arrays. Inlined functions stand on a stack like others.
 */
export interface FrameStacks {
  /** By number. */
  frames: readonly Frame[];
  /** Number of samples. */
  size: number;
  /** The frames of sample `s`, root first, are `path[start[s]]` to `path[start[s + 1] - 1]`. */
  path: Int32Array;
  /** By sample, and then the length of `path`. */
  start: Int32Array;
  /** For each sample type, in its unit, the value of each sample; beyond 2⁵³ rounded. */
  values: readonly Float64Array[];
}

/** The same with the line that each frame of a path was at. */
export interface LinedStacks extends FrameStacks {
  /** For each of `path`, the line in the frame's file, 1-based; 0: unknown. */
  line: Int32Array;
}

/** The stacks of a profile; those that are given as frames already stay as they are. */
export function frameStacks(source: Profile | StackTable | FrameStacks): FrameStacks {
  if ('path' in source) return source;
  const table = 'stacks' in source ? source : stackTable(source);
  const parts = locationParts(table.locations);
  const { path, start } = spread(table, parts, parts.frame);
  return { frames: parts.frames, size: start.length - 1, path, start, values: table.values };
}

/** @param without - what of the stacks is left out */
export function linedStacks(table: Omit<StackTable, 'stackless'>, without?: Uninteresting): LinedStacks {
  const parts = locationParts(table.locations, without);
  const first = without && firstOf(table, without);
  const { path, start } = spread(table, parts, parts.frame, first);
  const { path: line } = spread(table, parts, parts.line, first);
  return { frames: parts.frames, size: start.length - 1, path, line, start, values: table.values };
}

/** What is in a path for each location: the frames that were inlined at it, the outermost first. */
interface LocationParts {
  frames: readonly Frame[];
  /** The parts of location `l` are `start[l]` to `start[l + 1] - 1`. */
  start: Int32Array;
  frame: number[];
  line: number[];
}

type Stacks = Pick<StackTable, 'locations' | 'stacks' | 'starts'>;

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

/** Where each sample's stack begins to be of interest, its leaf first. */
function firstOf({ locations, stacks, starts }: Stacks, { lines }: Uninteresting): Int32Array {
  const linesGone = (at: number): number => lines[stacks[at]];
  const isWhole = (at: number): boolean => linesGone(at) === locations[stacks[at]]?.lines.length;
  return starts.subarray(0, -1).map((start, sample) => firstOfInterest(start, starts[sample + 1], linesGone, isWhole));
}

/** Writes what stands for each location one after the other, root first. */
function spread(
  { stacks, starts }: Stacks,
  { start: partStart }: LocationParts,
  parts: readonly number[],
  first: Int32Array = starts,
): { path: Int32Array; start: Int32Array } {
  const size = starts.length - 1;
  const part = Int32Array.from(parts);
  let length = 0;
  for (let i = 0; i < stacks.length; i++) {
    const location = stacks[i];
    length += partStart[location + 1] - partStart[location];
  }
  const path = new Int32Array(length);
  const start = new Int32Array(size + 1);
  let to = 0;
  for (let s = 0; s < size; s++) {
    to = spreadStack(stacks, first[s], starts[s + 1], partStart, part, path, to);
    start[s + 1] = to;
  }
  return { path: to < length ? path.slice(0, to) : path, start };
}

/**
 * One stack; returns where the next one begins.
 *
 * A function of its own, as V8 optimizes what is called often sooner than what takes long.
 */
function spreadStack(
  stacks: Int32Array,
  from: number,
  end: number,
  partStart: Int32Array,
  part: Int32Array,
  path: Int32Array,
  start: number,
): number {
  let to = start;
  for (let i = end - 1; i >= from; i--) {
    const location = stacks[i];
    const last = partStart[location + 1];
    for (let p = partStart[location]; p < last; p++) path[to++] = part[p];
  }
  return to;
}
