import { buildCallTree } from '../call-tree';
import type { Profile } from '../model';
import { childrenOf, frameOf } from './cpuprofile';
import { type CallFrame, callFrameOf, rootFrame } from './v8';

/** V8's sampling heap profile: `HeapProfiler.SamplingHeapProfile` of the inspector protocol. */
export interface HeapProfileFile {
  head: HeapNode;
  samples: { size: number; nodeId: number; ordinal: number }[];
}

export interface HeapNode {
  callFrame: CallFrame;
  /** Bytes. */
  selfSize: number;
  id: number;
  children: HeapNode[];
}

/**
 * `profile` as `.heapprofile`.
 *
 * @param sampleTypeIndex - of a sample type whose unit is bytes
 * @see https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#type-SamplingHeapProfile
 */
export function toHeapProfile(profile: Profile, sampleTypeIndex: number): HeapProfileFile {
  const tree = buildCallTree(profile, sampleTypeIndex);
  const nodes = Array.from(
    { length: tree.size },
    (_, node): HeapNode => ({
      callFrame: node === 0 ? rootFrame : callFrameOf(frameOf(tree, node)),
      selfSize: tree.self[node] as number,
      id: node + 1,
      children: [],
    }),
  );
  for (const [index, node] of nodes.entries()) {
    node.children = childrenOf(tree, index).map((child) => nodes[child] as HeapNode);
  }
  const [head] = nodes as [HeapNode];
  const samples = nodes
    .filter(({ selfSize }) => selfSize > 0)
    .map(({ selfSize, id }, ordinal) => ({ size: selfSize, nodeId: id, ordinal }));
  return { head, samples };
}
