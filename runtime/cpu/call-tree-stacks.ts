import { Frame } from '../../lib/contract/frames';
import type { Location } from '../../profile/model/profile';
import type { Frames } from '../frames';
import { stackBeginning } from '../stacks/stack-beginning';
import type { CpuProfile } from './cpu-sampler';
import { pseudoName } from './slices';

type Node = CpuProfile['nodes'][number];

/** A stack in V8's call tree. */
export interface TreeStack {
  readonly leaf: Node;
  /** Innermost first. */
  readonly callers: Location[];
}

/**
 * The stacks of V8's call tree by the ids of slices. See `stackBeginning` for where they begin.
 *
 * @param ownUrl the layer's file; its frames are left out
 */
export function callTreeStacks(
  profile: CpuProfile,
  frames: Frames,
  ownUrl: string,
): (stack: number) => TreeStack | undefined {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, Node>();
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node);
  const collector = profile.nodes.find((node) => pseudoName(node) === Frame.GARBAGE_COLLECTOR);

  const stacks = new Map<number, Location[]>();
  /** The locations of a node and its callers, each node's made once. */
  const stackOf = (node: Node | undefined): Location[] => {
    if (!node) return [];
    const known = stacks.get(node.id);
    if (known) return known;
    const callers = callersOf(node);
    // The root is nobody's frame: it is the node without a parent.
    const isFrame = parents.has(node.id) && node.callFrame.url !== ownUrl;
    const stack = isFrame ? [frames.at(node.callFrame), ...callers] : callers;
    stacks.set(node.id, stack);
    return stack;
  };
  const callersOf = (node: Node): Location[] => (begins(node) ? [] : stackOf(parents.get(node.id)));
  const begins = stackBeginning<Node>(({ id }) => parents.get(id), frames, ownUrl);

  return (stack) => {
    const node = nodes.get(Math.abs(stack));
    if (!node) return undefined;
    if (stack < 0 && collector) return { leaf: collector, callers: stackOf(node) };
    return { leaf: node, callers: callersOf(node) };
  };
}
