import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { codeSizeProblem } from './code-size-problem';
import { Variable } from './contract/environment';
import { environmentProblem, environmentSize, environmentWarning } from './environment-problem';
import { codeOf, layersGivenTo, layersOf } from './known-code';
import { hasLayer } from './layer';
import { hasStore } from './profile-store';
import { changeableRole, defaultPolicyOf, type InlinePolicies, rolePolicyProblem } from './role-policies';
import { StackSurvey } from './stack-survey';
import { topStack } from './top-stack';
import { Catalog } from './write-outputs';

const MAX_LAYERS = 5;
const MAX_BUCKET_NAME_LENGTH = 63;

/** The additions of profiling to a function. */
export interface Plan {
  readonly fn: LambdaFunction;
  /** Its own variables. */
  readonly own: Readonly<Record<string, unknown>>;
  /** Those of profiling, without the next two. */
  readonly variables: Readonly<Record<string, string>>;
  /** The bucket; `undefined` for the stack's own. */
  readonly bucket?: IBucket;
  /** The function's key prefix, with the name that the stack is synthesized with. */
  readonly prefix: string;
}

/**
 * Which limits of AWS a function would be pushed over: a sentence for each, with the remedy.
 *
 * @param isLast whether nothing is added to the app any more, so that its stacks can be measured, too
 */
export function limitProblems(plan: Plan, isLast: boolean): string[] {
  const { fn } = plan;
  const problems = [
    environmentProblem(environmentOf(plan)),
    layerProblem(fn),
    codeSizeProblem(codeOf(fn.node.defaultChild as CfnFunction), layersOf(fn)),
    ...(isLast ? stackProblems(plan) : []),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** Warns of limits that a function may be pushed over by values that are known only when it is deployed. */
export function warnOfLimits(plan: Plan): void {
  const doubt = environmentWarning(environmentOf(plan));
  if (!doubt) return;
  Annotations.of(plan.fn).addWarningV2('profiled-fn:environmentMayBeTooLarge', `Of ${plan.fn.node.path}: ${doubt}`);
}

/** Runs `addProfiling`, and counts its additions for the functions that follow. */
export function counted(plan: Plan, addProfiling: () => void): void {
  const { stack, top } = stacksOf(plan.fn);
  const [resources, outputs] = [resourcesFor(plan), Catalog.outputsOf(top)];
  const { role, inline } = policiesOf(plan.fn);
  addProfiling();
  StackSurvey.of(stack).add({ resources: resources.inStack, outputs: 0 });
  StackSurvey.of(top).add({ resources: resources.inTop, outputs: Catalog.outputsOf(top) - outputs });
  if (role) inline.add(role, statementLength(plan));
}

function environmentOf({ fn, own, variables, bucket, prefix }: Plan) {
  return environmentSize(Stack.of(fn), own, {
    ...variables,
    [Variable.BUCKET]: longestName(bucket),
    [Variable.PREFIX]: prefix,
  });
}

function layerProblem(fn: LambdaFunction): string | undefined {
  const { length } = layersGivenTo(fn);
  if (length < MAX_LAYERS) return undefined;
  return (
    `the layer that profiling adds does not fit in because it already uses ${length} layers, as many as Lambda allows: ` +
    "remove one from 'layers'."
  );
}

function stackProblems(plan: Plan): (string | undefined)[] {
  const { stack, top } = stacksOf(plan.fn);
  const { inStack, inTop } = resourcesFor(plan);
  const outputs = Catalog.outputsForNext(top);
  const { role, inline } = policiesOf(plan.fn);
  return [
    ...(stack === top
      ? [StackSurvey.of(top).problemWith({ resources: inStack + inTop, outputs })]
      : [
          StackSurvey.of(stack).problemWith({ resources: inStack, outputs: 0 }),
          StackSurvey.of(top).problemWith({ resources: inTop, outputs }),
        ]),
    role && rolePolicyProblem(role, inline, statementLength(plan)),
  ];
}

/** How many resources are added: to the function's stack, and to the one that is deployed, for the store. */
function resourcesFor({ fn, bucket }: Plan): { inStack: number; inTop: number } {
  const { stack, top } = stacksOf(fn);
  const role = changeableRole(fn.role);
  const isInRole = role !== undefined && topStack(role) === top && !bucket?.encryptionKey;
  const policies = isInRole || (role && defaultPolicyOf(role)) ? 0 : 1;
  const store = bucket || hasStore(top) ? 0 : STORE_RESOURCES;
  return { inStack: (hasLayer(stack) ? 0 : 1) + policies, inTop: store };
}

/** The bucket and its policy. */
const STORE_RESOURCES = 2;

/**
 * The role whose policies get the statement, and the size of its policies. Those of a role that takes no updates are
 * not changed.
 */
function policiesOf({ role, node }: LambdaFunction): {
  role: LambdaFunction['role'];
  inline: InlinePolicies;
} {
  const stack = Stack.of(role ?? node.scope ?? node.root);
  return { role, inline: StackSurvey.of(stack).inlinePolicies };
}

function statementLength({ bucket, prefix }: Plan): number {
  const Resource = `arn:aws:s3:::${longestName(bucket)}/${prefix}/*`;
  return JSON.stringify({ Action: 's3:PutObject', Effect: 'Allow', Resource }).length;
}

/** The name of a bucket, or a text as long as it may become. */
function longestName(bucket: IBucket | undefined): string {
  const name = bucket?.bucketName;
  return name === undefined || Token.isUnresolved(name) ? 'x'.repeat(MAX_BUCKET_NAME_LENGTH) : name;
}

function stacksOf(fn: LambdaFunction): { stack: Stack; top: Stack } {
  return { stack: Stack.of(fn), top: topStack(fn) };
}
