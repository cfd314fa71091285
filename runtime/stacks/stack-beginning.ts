import { RUNTIME_ROOT } from '../../lib/contract/places';
import type { CallFrame, Frames } from '../frames';
import { TASK_QUEUES } from './stack-frames';

interface TreeNode {
  readonly callFrame: CallFrame;
}

/**
 * Tells with which nodes of V8's call trees stacks begin. They begin where those of waits do (`StackFrames`): with the
 * handler, not with the runtime client that calls it, and with an `async` function that goes on, not with Node.js's loop
 * that lets it. So what a handler does before its first `await`, what it waits for and what it does then are under one
 * frame. Who called another `async` function V8 does not tell, and it is not guessed.
 *
 * @param callerOf the node's parent, if there is one
 * @param ownUrl the layer's file
 */
export function stackBeginning<N extends TreeNode>(
  callerOf: (node: N) => N | undefined,
  frames: Frames,
  ownUrl: string,
): (node: N) => boolean {
  const isRuntimeClient = ({ callFrame }: N): boolean =>
    frames.at(callFrame).lines[0].fn.filename.startsWith(`${RUNTIME_ROOT}/`);
  const isUserCode = (node: N): boolean => !isOfNode(node) && node.callFrame.url !== ownUrl && !isRuntimeClient(node);
  /** Node.js's own code, as that of AsyncLocalStorage, may stand between the runtime client and the handler. */
  const isCalledByRuntimeClient = (node: N): boolean => {
    const caller = callerOf(node);
    if (!caller || isLoader(caller)) return false;
    return isOfNode(caller) ? isCalledByRuntimeClient(caller) : isRuntimeClient(caller) && !hasUserCode(caller);
  };
  /** The handler may have called the runtime client: a callback, or `console`. */
  const hasUserCode = (node: N): boolean => {
    const caller = callerOf(node);
    return caller !== undefined && (isUserCode(caller) || hasUserCode(caller));
  };

  return (node) => {
    const caller = callerOf(node);
    if (!caller) return false;
    return isMicrotaskLoop(caller, callerOf(caller)) || (isUserCode(node) && isCalledByRuntimeClient(node));
  };
}

/** Native, or in JavaScript that is Node.js's own. */
function isOfNode({ callFrame: { url } }: TreeNode): boolean {
  return url === '' || url.startsWith('node:');
}

/** While the function initializes, stacks are whole: who loads which module is to be seen. */
function isLoader({ callFrame: { url } }: TreeNode): boolean {
  return url.startsWith('node:internal/modules/');
}

/**
 * What lets continuations run: to V8's CPU profiler a native function of Node.js's, or nobody where no JavaScript is under
 * them; to its heap profiler a nameless one of V8's own.
 */
function isMicrotaskLoop({ callFrame: { functionName, url } }: TreeNode, caller: TreeNode | undefined): boolean {
  if (url !== '') return false;
  return functionName === 'runMicrotasks' || (functionName === '' && (!caller || caller.callFrame.url === TASK_QUEUES));
}
