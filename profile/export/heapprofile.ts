import { buildCallTree } from '../analysis/call-tree';
import type { Profile } from '../model/profile';
import { unitNamed } from '../model/unit';
import { childrenOf, frameOf } from './cpuprofile';
import { requireNoNegative } from './negative-values';
import { callFrameOf, rootFrame } from './v8';

/**
 * `profile` as `.heapprofile`: `HeapProfiler.SamplingHeapProfile` of V8's inspector protocol, as JSON.
 *
 * The text is put together node by node: the format nests as deep as stacks are, and JSON.stringify ends at some thousand.
 *
 * @param sampleTypeIndex - of a sample type whose unit is one of memory
 * @throws NegativeValuesError
 * @see https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#type-SamplingHeapProfile
 */
export function toHeapProfile(profile: Profile, sampleTypeIndex: number): string {
  const tree = buildCallTree(profile, sampleTypeIndex);
  requireNoNegative('heapprofile', tree.self);
  const bytes = unitNamed(profile.sampleTypes[sampleTypeIndex]?.unit ?? '')?.factor ?? 1;
  const selfSize = (node: number) => tree.self[node] * bytes;
  const parts: string[] = [];
  /** Nodes that are still to be written, and ends of those that are open; the next one last. */
  const rest: (number | string)[] = [0];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') {
      parts.push(next);
      continue;
    }
    const callFrame = next === 0 ? rootFrame : callFrameOf(frameOf(tree, next));
    const fields = JSON.stringify({ callFrame, selfSize: selfSize(next), id: next + 1 });
    parts.push(fields.slice(0, -1), ',"children":[');
    rest.push(']}');
    for (const [i, child] of childrenOf(tree, next).reverse().entries()) {
      if (i > 0) rest.push(',');
      rest.push(child);
    }
  }
  const samples: string[] = [];
  for (let node = 0; node < tree.size; node++) {
    const size = selfSize(node);
    if (size > 0) samples.push(JSON.stringify({ size, nodeId: node + 1, ordinal: samples.length }));
  }
  return `{"head":${parts.join('')},"samples":[${samples.join(',')}]}`;
}
