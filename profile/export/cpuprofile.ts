import { buildCallTree, type CallTree, NONE } from '../analysis/call-tree';
import type { Profile } from '../model/profile';
import { unitNamed } from '../model/unit';
import { requireNoNegative } from './negative-values';
import { type CallFrame, callFrameOf, rootFrame } from './v8';

/** V8's CPU profile: `Profiler.Profile` of the inspector protocol. */
export interface CpuProfileFile {
  nodes: { id: number; callFrame: CallFrame; hitCount: number; children: number[] }[];
  /** Microseconds. */
  startTime: number;
  endTime: number;
  /** Node of each sample. */
  samples: number[];
  /** Microseconds from the sample before, whole ones; the first: from the start. */
  timeDeltas: number[];
}

/**
 * `profile` as `.cpuprofile`. A merged profile knows no order, so the samples follow the call tree: what is drawn is a
 * flame graph, from left to right the largest first.
 *
 * @param sampleTypeIndex - of a sample type whose unit is a time
 * @throws NegativeValuesError
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
export function toCpuProfile(profile: Profile, sampleTypeIndex: number): CpuProfileFile {
  const tree = buildCallTree(profile, sampleTypeIndex);
  requireNoNegative('cpuprofile', tree.self);
  const perMicro = (unitNamed(profile.sampleTypes[sampleTypeIndex]?.unit ?? '')?.factor ?? 1) / 1e3;
  const startTime = Number(profile.timeNanos) / 1e3;
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let [now, told] = [0, 0];
  /** What is rounded off of one sample is told with a later one, so that sums stay what they are. */
  const begin = (node: number) => {
    samples.push(node + 1);
    timeDeltas.push(Math.round(now) - told);
    told = Math.round(now);
  };
  for (const node of depthFirst(tree)) {
    const time = tree.self[node] * perMicro;
    if (time <= 0) continue;
    begin(node); // It lasts until the next one.
    now += time;
  }
  begin(0);
  return {
    nodes: Array.from({ length: tree.size }, (_, node) => ({
      id: node + 1,
      callFrame: node === 0 ? rootFrame : callFrameOf(frameOf(tree, node)),
      hitCount: 0,
      children: childrenOf(tree, node).map((child) => child + 1),
    })),
    startTime,
    endTime: startTime + timeDeltas.reduce((sum, delta) => sum + delta, 0),
    samples,
    timeDeltas,
  };
}

function* depthFirst(tree: CallTree): Iterable<number> {
  const open = [0];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    for (const child of childrenOf(tree, node).reverse()) open.push(child); // more than fit into a call's arguments
  }
}

export function childrenOf({ firstChild, nextSibling }: CallTree, node: number): number[] {
  const children: number[] = [];
  for (let child = firstChild[node]; child !== NONE; child = nextSibling[child]) {
    children.push(child);
  }
  return children;
}

export function frameOf({ frames, frame }: CallTree, node: number): CallTree['frames'][number] {
  return frames[frame[node]] ?? { name: '', file: '', line: 0 };
}
