import { CfnResource, Stack } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { type Function as LambdaFunction, RuntimeFamily, type SingletonFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

// Nothing here asks for a class: the app may have another copy of aws-cdk-lib than this library (`npm link`, workspaces),
// and so other classes.

/** Whether `construct` is a function that Node.js runs from a zip file. (Container images have no runtime.) */
export function isNodeFunction(construct: IConstruct): construct is LambdaFunction {
  const { runtime, addEnvironment, addLayers } = construct as Partial<LambdaFunction>;
  return (
    runtime?.family === RuntimeFamily.NODEJS &&
    typeof addEnvironment === 'function' &&
    typeof addLayers === 'function' &&
    isResource(construct.node.defaultChild, 'AWS::Lambda::Function')
  );
}

/** Whether `construct` is a resource of CloudFormation of this type. */
export function isResource(construct: IConstruct | undefined, type: string): construct is CfnResource {
  return construct !== undefined && CfnResource.isCfnResource(construct) && construct.cfnResourceType === type;
}

/**
 * The resource behind a role of the app, also behind one that takes no updates or is created lazily. `undefined` for an
 * imported role, and for one that exists already (`Role.customizeRoles`).
 */
export function resourceOfRole(role: IConstruct | undefined): CfnRole | undefined {
  for (let each = role; each !== undefined; each = each.node.defaultChild) {
    if (isResource(each, 'AWS::IAM::Role')) return each as CfnRole;
  }
  return undefined;
}

/**
 * Whether `fn` runs at the edge of CloudFront, which has neither layers nor environment variables. Both `EdgeFunction`
 * and `Distribution` let that principal assume its role.
 */
export function isEdgeFunction(fn: LambdaFunction): boolean {
  const trust = resourceOfRole(fn.role)?.assumeRolePolicyDocument;
  return trust !== undefined && JSON.stringify(Stack.of(fn).resolve(trust)).includes('edgelambda.amazonaws.com');
}

/**
 * Whether `fn` belongs to CDK's custom resources and not to the app: the framework functions of a `Provider`,
 * everything in the nested stacks of CDK's own providers, and singletons (`AwsCustomResource`).
 */
export function isProviderFunction(fn: LambdaFunction): boolean {
  return (
    /^framework-(onEvent|isComplete|onTimeout)$/.test(fn.node.id) ||
    fn.node.scopes.some(({ node }) => /^(@aws-cdk|Custom::)/.test(node.id)) ||
    isSingleton(fn)
  );
}

/** The function of a `SingletonFunction` is its sibling, directly in the stack, under an id that the user chooses. */
function isSingleton(fn: LambdaFunction): boolean {
  const stack = Stack.of(fn);
  return fn.node.scope === stack && singletonsIn(stack).has(fn.functionArn);
}

interface Singletons {
  readonly children: number;
  readonly arns: ReadonlySet<string>;
}
const singletons = new WeakMap<Stack, Singletons>();

/**
 * The ARNs of the functions of singletons. They are searched again only if a construct was added to the stack itself,
 * as each of these functions is. A search for each function would make synthesis quadratic.
 */
function singletonsIn(stack: Stack): ReadonlySet<string> {
  const children = stack.node.children.length;
  const known = singletons.get(stack);
  if (known?.children === children) return known.arns;
  const arns = new Set(
    stack.node
      .findAll()
      .filter(isSingletonFunction)
      .map(({ functionArn }) => functionArn),
  );
  singletons.set(stack, { children, arns });
  return arns;
}

/** By the name that jsii gives classes of CDK, which those of all copies have. */
function isSingletonFunction(construct: IConstruct): construct is SingletonFunction {
  for (let type = construct.constructor; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
    if (namedByJsii(type) === 'aws-cdk-lib.aws_lambda.SingletonFunction') return true;
  }
  return false;
}

function namedByJsii(type: object): string | undefined {
  return (type as Record<symbol, { fqn: string } | undefined>)[Symbol.for('jsii.rtti')]?.fqn;
}
