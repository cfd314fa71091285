import { Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction, RuntimeFamily, SingletonFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** Whether `construct` is a function that Node.js runs from a zip file. (Container images have no runtime.) */
export function isNodeFunction(construct: IConstruct): construct is LambdaFunction {
  return construct instanceof LambdaFunction && construct.runtime.family === RuntimeFamily.NODEJS;
}

/**
 * Whether `fn` runs at the edge of CloudFront, where there are neither layers nor environment variables: both
 * `EdgeFunction` and `Distribution` let that principal assume its role.
 */
export function isEdgeFunction(fn: LambdaFunction): boolean {
  const { role } = fn;
  if (!(role instanceof Role) || !role.assumeRolePolicy) return false;
  return JSON.stringify(Stack.of(fn).resolve(role.assumeRolePolicy)).includes('edgelambda.amazonaws.com');
}

/**
 * Whether `fn` is no function of the app's own, but what CDK runs a custom resource with: the framework functions of a
 * `Provider`, everything in the nested stacks of CDK's own providers, and singletons (`AwsCustomResource`).
 */
export function isProviderFunction(fn: LambdaFunction): boolean {
  return (
    /^framework-(onEvent|isComplete|onTimeout)$/.test(fn.node.id) ||
    fn.node.scopes.some(({ node }) => /^(@aws-cdk|Custom::)/.test(node.id)) ||
    isSingleton(fn)
  );
}

/** The function of a `SingletonFunction` lies beside it, directly in the stack, under an id of the user's choice. */
function isSingleton(fn: LambdaFunction): boolean {
  const stack = Stack.of(fn);
  if (fn.node.scope !== stack) return false;
  return stack.node
    .findAll()
    .some((construct) => construct instanceof SingletonFunction && construct.functionArn === fn.functionArn);
}
