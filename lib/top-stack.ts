import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The stack that is deployed by itself and holds `scope`, in nested stacks or directly. */
export function topStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  return stack;
}

/** The ids of the constructs from below `stack` down to `construct`. */
export function idsBelow(stack: Stack, construct: IConstruct): string[] {
  const { scopes } = construct.node;
  return scopes.slice(scopes.indexOf(stack) + 1).map((scope) => scope.node.id);
}
