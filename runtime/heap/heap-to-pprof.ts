import { emptyProfile, type Location, type Profile, type Sample } from '../../profile/model/profile';
import { Frames } from '../frames';
import { type FunctionIdentity, mappingOf } from '../function-identity';
import { stackBeginning } from '../stacks/stack-beginning';
import type { HeapNode, HeapProfile } from './heap-sampler';

/** Profile types that V8's heap sampler makes: `heap` is what lives, `alloc` what was allocated. */
export type HeapType = 'heap' | 'alloc';

/** The sample type in bytes of each, as Go's heap profiles name it. */
const BYTES_OF = { heap: 'inuse_space', alloc: 'alloc_space' } as const;

/**
 * A pprof profile of the live heap, or of allocations.
 *
 * V8 scales each sample to the bytes that it stands for, so the bytes are an estimate of the real size. It does not
 * report the size of the sampled objects, so their real number cannot be known: `samples` counts those that were sampled.
 *
 * @param intervalBytes between two samples
 * @param takenAtMs milliseconds since the epoch; of allocations, when the window began
 * @param frames shared by profiles that become one
 */
export function heapToPprof(
  type: HeapType,
  profile: HeapProfile,
  intervalBytes: number,
  takenAtMs: number,
  identity: FunctionIdentity,
  frames = new Frames(mappingOf(identity), identity),
): Profile {
  const result = emptyProfile([
    { type: 'samples', unit: 'count' },
    { type: BYTES_OF[type], unit: 'bytes' },
  ]);
  result.defaultSampleType = BYTES_OF[type];
  result.periodType = { type: 'space', unit: 'bytes' };
  result.period = intervalBytes;
  result.mappings = [frames.mapping];
  result.timeNanos = BigInt(Math.round(takenAtMs)) * 1_000_000n;

  const counts = new Map<number, number>();
  for (const { nodeId } of profile.samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);

  const ownUrl = import.meta.url;
  const parents = new Map<HeapNode, HeapNode>();
  const begins = stackBeginning<HeapNode>((node) => parents.get(node), frames, ownUrl);
  // An explicit stack: allocation sites can lie deeper than recursion goes.
  const pending: { node: HeapNode; callers: Location[] }[] = profile.head.children.map((node) => ({
    node,
    callers: [],
  }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node } = next;
    const callers = begins(node) ? [] : next.callers;
    const locations = [frames.at(node.callFrame), ...callers];
    if (node.selfSize > 0) {
      const sample: Sample = { locations, values: [counts.get(node.id) ?? 0, Math.round(node.selfSize)], labels: [] };
      result.samples.push(sample);
    }
    const below = node.callFrame.url === ownUrl ? callers : locations;
    for (const child of node.children) {
      parents.set(child, node);
      pending.push({ node: child, callers: below });
    }
  }
  return result;
}
