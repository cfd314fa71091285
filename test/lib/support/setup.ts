import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

// Takes seconds for the first template of each test file, and says nothing about what is asserted.
process.env.CDK_VALIDATION = 'false';

/** What a function needs that is not bundled. */
export const INLINE = {
  code: Code.fromInline('exports.handler = async () => {};'),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_24_X,
} satisfies FunctionOptions & { code: Code; handler: string; runtime: Runtime };

export function stackNamed(name = 'Shop', props: StackProps = {}): Stack {
  return new Stack(new App(), name, props);
}

/** The template's resources of `type` whose logical id begins with `prefix`. */
export function resourcesOf(stack: Stack, type: string, prefix = ''): Resource[] {
  return Object.entries(Template.fromStack(stack).findResources(type))
    .filter(([logicalId]) => logicalId.startsWith(prefix))
    .map(([logicalId, resource]) => ({ logicalId, ...(resource as Omit<Resource, 'logicalId'>) }));
}

export interface Resource {
  logicalId: string;
  Properties: Record<string, unknown>;
}

/** The variables of the only function whose logical id begins with `prefix`. */
export function environmentOf(stack: Stack, prefix = ''): Record<string, unknown> {
  const [fn] = resourcesOf(stack, 'AWS::Lambda::Function', prefix);
  return (fn.Properties.Environment as { Variables: Record<string, unknown> } | undefined)?.Variables ?? {};
}

/** The statements of every policy of the stack whose actions include `action`; of roles, also those that are part of them. */
export function statementsOf(stack: Stack, type: string, action: string): Statement[] {
  const inRoles = type === 'AWS::IAM::Policy' ? resourcesOf(stack, 'AWS::IAM::Role') : [];
  const policies = [
    ...resourcesOf(stack, type).map(({ Properties }) => Properties),
    ...inRoles.flatMap(({ Properties }) => (Properties.Policies ?? []) as Record<string, unknown>[]),
  ];
  return policies
    .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement)
    .filter((statement) => [statement.Action].flat().includes(action));
}

export interface Statement {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
  Principal?: unknown;
}

/** A function that nobody profiles, yet. */
export function plainFunction(scope: Construct, id: string): LambdaFunction {
  return new LambdaFunction(scope, id, INLINE);
}

/** The logical ids of the profiled functions, without their hashes. */
export function profiledIn(stack: Stack): string[] {
  return resourcesOf(stack, 'AWS::Lambda::Function')
    .filter(({ Properties }) => Properties.Handler === '/opt/profiled-fn/handler.handler')
    .map(({ logicalId }) => logicalId.slice(0, -8))
    .sort();
}

/** The warnings of a stack with this id, `profiled-fn:<id>`. */
export function warningsOf(stack: Stack, id: string): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp(`profiled-fn:${id}\\b`))
    .map(({ entry }) => String(entry.data));
}

/** What profiling adds to a template, as leaves. */
const PROFILING = [
  /^\/Resources\/ProfiledFn\w+\//,
  /^\/Outputs\/ProfiledFn(BucketName|Functions|SourceMaps)\//,
  /^\/Resources\/\w+\/Properties\/Handler: "\/opt\/profiled-fn\/handler.handler"$/,
  /^\/Resources\/\w+\/Properties\/Layers\/\d\/Ref: "ProfiledFnLayer\w{8}"$/,
  /^\/Resources\/\w+\/Properties\/Environment\/Variables\/PROFILED_FN_(HANDLER|BUCKET|PREFIX|CODE_HASH)\b/,
  /^\/Resources\/\w+\/Metadata\/profiled-fn:source-maps: /,
  // The permission is one more statement, or the only one of a policy that is part of the role; or the first of a policy that
  // the function then waits for.
  /^\/Resources\/\w+Policy\w+\/Properties\/PolicyDocument\/Statement: {"Action":"s3:PutObject",/,
  /^\/Resources\/\w+\/Properties\/Policies\/0\/PolicyName: "ProfiledFnUpload"$/,
  /^\/Resources\/\w+\/Properties\/Policies\/0\/PolicyDocument\/Version: "2012-10-17"$/,
  /^\/Resources\/\w+\/Properties\/Policies\/0\/PolicyDocument\/Statement: {"Action":"s3:PutObject",/,
  /^\/Resources\/\w+Policy\w+\/(Type|Properties\/(PolicyName|Roles\/0(\/Ref)?|PolicyDocument\/Version)):/,
  /^\/Resources\/(\w+\/DependsOn: "\w+Policy\w+"|\w+Policy\w+\/DependsOn: "\w+")$/,
];

/** What differs between two templates and is neither the function's old handler nor something that profiling adds. */
export function unexpectedDifference(before: Template, after: Template): string[] {
  const { gone, added } = templateDifference(before, after);
  return [
    ...gone.filter((leaf) => !leaf.endsWith('/Properties/Handler: "index.handler"')),
    ...added.filter((leaf) => !PROFILING.some((pattern) => pattern.test(leaf))),
  ];
}

/** What is in only one of two templates: a line `path: value` for each leaf. */
export function templateDifference(before: Template, after: Template): { gone: string[]; added: string[] } {
  const [left, right] = [before, after].map((template) => leaves(withoutVersionHashes(template)));
  return { gone: left.filter((leaf) => !right.includes(leaf)), added: right.filter((leaf) => !left.includes(leaf)) };
}

/** A current version is named after everything that a change of needs a new version, the handler among it. */
function withoutVersionHashes(template: Template): unknown {
  return JSON.parse(JSON.stringify(template.toJSON()).replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1'));
}

/**
 * Lists and objects are no leaves unless they are empty. What a resource depends on and a policy's statements have no
 * order; each of these is a leaf.
 */
function leaves(value: unknown, path = ''): string[] {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (members.length === 0) return [`${path}: ${JSON.stringify(value)}`];
  if (/\/(DependsOn|Statement)$/.test(path)) return members.map(([, member]) => `${path}: ${JSON.stringify(member)}`);
  return members.flatMap(([name, member]) => leaves(member, `${path}/${name}`));
}
