import { Frame } from '../../lib/contract/frames';
import type { Micros } from '../clock';
import type { CpuProfile } from '../cpu/cpu-sampler';
import { pseudoName, type Slice } from '../cpu/slices';

/** A stretch of time in which code held the event loop, and nothing else could run. */
export interface Block<W> {
  /** Its slices, in order of time. */
  readonly slices: readonly Slice<W>[];
  readonly time: Micros;
}

/**
 * The stretches of at least `threshold` in which the thread was not idle. Turns of the event loop that follow each other
 * at once are one block where they began in the same function: to V8's samples they look the same, and to what waits
 * they are.
 *
 * @param slices in order of time
 * @param threshold at least two sampling intervals, or chance decides
 */
export function blocksOf<W>(profile: CpuProfile, slices: readonly Slice<W>[], threshold: Micros): Block<W>[] {
  const rootOf = outermost(profile);
  const blocks: Block<W>[] = [];
  let current: Slice<W>[] = [];
  let root: Root = 'idle';
  const close = () => {
    const time = current.reduce((sum, { start, end }) => sum + end - start, 0);
    if (time >= threshold) blocks.push({ slices: current, time });
    current = [];
  };
  for (const slice of slices) {
    const own = rootOf(Math.abs(slice.stack));
    const last = current[current.length - 1];
    const follows = last?.end === slice.start && last.window === slice.window;
    // Garbage collection and native code belong to what they interrupt.
    const goesOn = follows && own !== 'idle' && (own === 'unknown' || root === 'unknown' || own === root);
    if (!goesOn) close();
    if (own === 'idle') continue;
    if (current.length === 0 || own !== 'unknown') root = own;
    current.push(slice);
  }
  close();
  return blocks;
}

/** The function at the bottom of a stack, as the id of its node. */
type Root = number | 'idle' | 'unknown';

function outermost({ nodes }: CpuProfile): (id: number) => Root {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id] as const)));
  const roots = new Map<number, Root>();
  // V8 gives a parent before its children; the first is the root of all, and no function.
  for (const node of nodes) {
    const parent = parents.get(node.id);
    const name = pseudoName(node);
    const own = name === undefined ? node.id : name === Frame.IDLE ? 'idle' : 'unknown';
    const isOutermost = parent === undefined || !parents.has(parent);
    roots.set(node.id, isOutermost ? own : (roots.get(parent) ?? own));
  }
  return (id) => roots.get(id) ?? 'idle';
}
