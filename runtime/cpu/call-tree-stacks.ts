import type { Location } from '../../profile/model';
import type { Frames } from '../frames';
import { RUNTIME_ROOT } from '../identity';
import { HANDLER_WRAPPER } from '../stacks/stack-frames';
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
 * The stacks of V8's call tree by the ids of slices.
 *
 * They begin where the stacks of waits do (`StackFrames`): with the handler, not with what calls it, and with an `async`
 * function that goes on, not with Node.js's loop that lets it. So what a handler does before its first `await`, what it
 * waits for and what it does then lie under one frame. Who called another `async` function V8 does not tell, and it is
 * not guessed.
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
  const collector = profile.nodes.find((node) => pseudoName(node) === '(garbage collector)');

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
  const callersOf = (node: Node): Location[] => {
    const parent = parents.get(node.id);
    return parent && begins(node, parent) ? [] : stackOf(parent);
  };
  /** Whether stacks begin with `node`, which `parent` has called. */
  const begins = (node: Node, parent: Node): boolean =>
    isMicrotaskLoop(parent) || (isWrapper(parent) && isUserCode(node));
  /** Node.js's own code, as that of AsyncLocalStorage, may stand between wrapper and handler. */
  const isWrapper = (node: Node | undefined): boolean =>
    node !== undefined &&
    (node.callFrame.url === ownUrl
      ? node.callFrame.functionName === HANDLER_WRAPPER
      : isOfNode(node) && isWrapper(parents.get(node.id)));
  /** Callbacks of the runtime client are wrapped too, and called by the handler. */
  const isUserCode = (node: Node): boolean =>
    !isOfNode(node) &&
    node.callFrame.url !== ownUrl &&
    !frames.at(node.callFrame).lines[0].fn.filename.startsWith(`${RUNTIME_ROOT}/`);

  return (stack) => {
    const node = nodes.get(Math.abs(stack));
    if (!node) return undefined;
    if (stack < 0 && collector) return { leaf: collector, callers: stackOf(node) };
    return { leaf: node, callers: callersOf(node) };
  };
}

/** Native, or in JavaScript that is Node.js's own. */
function isOfNode({ callFrame: { url } }: Node): boolean {
  return url === '' || url.startsWith('node:');
}

/** The native function in which Node.js lets continuations run; V8 calls them itself where no JavaScript is under them. */
function isMicrotaskLoop({ callFrame: { functionName, url } }: Node): boolean {
  return functionName === 'runMicrotasks' && url === '';
}
