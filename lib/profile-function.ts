import { Annotations, type CfnResource, ScopedAws, Stack } from 'aws-cdk-lib';
import type { CfnFunction, ILayerVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { bucketOutOfReach } from './bucket-reach';
import { codeHash } from './code-hash';
import { ENVIRONMENT_PREFIX, Variable } from './contract/environment';
import { DEFAULT_PREFIX, functionName, functionPrefix } from './contract/keys';
import { LAYER_HANDLER } from './contract/places';
import { wholeEnvironmentProblem } from './environment-problem';
import { functionProblems } from './function-problems';
import { handlerProblem, WRAPPER_VARIABLE } from './handler-problem';
import { codeOf, layersOf } from './known-code';
import { samplerLayer } from './layer';
import { counted, limitProblems, type Plan, warnOfLimits } from './limit-problems';
import { optionProblems } from './option-problems';
import { ProfileStore } from './profile-store';
import type { ProfilingOptions } from './profiling-options';
import { publishSourceMaps } from './publish-source-maps';
import { changeableRole, hasLostPolicy } from './role-policies';
import { samplerEnvironment } from './sampler-environment';
import { validateStack } from './stack-validation';
import { claimPlace } from './store-places';
import { idsBelow, topStack } from './top-stack';
import { grantUpload } from './upload-grant';
import { Catalog } from './write-outputs';

/** Marks functions of which it is decided whether and how they are profiled, for other copies of this library, too. */
const DECIDED = Symbol.for('profiled-fn.decided');

/** Whether `fn` has been given to `profileFunction`. */
export function isDecided(fn: LambdaFunction): boolean {
  return DECIDED in fn;
}

/** Parameters in addition to the options. */
export interface ProfileFunctionContext {
  /** The path of the options among a construct's props, for the names of props: `profilingOptions.`, or nothing. */
  readonly path?: string;
  /** Source maps that are not in the function's code, by path of the script in it. */
  readonly sourceMaps?: Readonly<Record<string, string>>;
  /**
   * Whether nothing is added to the app any more. The function is then left as it is where it could not be deployed because of
   * profiling; otherwise, the synthesis fails.
   */
  readonly isLast?: boolean;
}

/**
 * Turns a function into a profiled one: layer, redirected handler, environment, permission to upload, outputs. Its
 * code and the hash of its asset stay as they are. With profiling off, it stays as it is altogether.
 *
 * @returns why the function cannot be profiled: a sentence for each reason, with the remedy. It stays as it is then.
 */
export function profileFunction(
  fn: LambdaFunction,
  options: ProfilingOptions,
  { path = '', sourceMaps = {}, isLast = false }: ProfileFunctionContext = {},
): string[] {
  Object.defineProperty(fn, DECIDED, { value: true });
  if (options.enabled === false) return [];

  const stack = Stack.of(fn);
  const top = topStack(fn);
  const resource = fn.node.defaultChild as CfnFunction;
  const segment = functionName(idsBelow(top, fn));
  const overrides = overridesOf(resource);
  const own = { ...environmentOf(stack, resource), ...overrides.Environment?.Variables };
  const original = (overrides.Handler ?? resource.handler) as string;
  const layers = layersOf(fn);

  const problems = [
    ...functionProblems(fn.runtime, Object.keys(own), segment),
    handlerProblem({ handler: original, wrapper: own[WRAPPER_VARIABLE], code: codeOf(resource), layers }),
    ...optionProblems(options, path),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) return problems;
  const given = options.store?.bucket ?? options.bucket;
  const outOfReach = given && bucketOutOfReach(fn, given);
  // No warning, as a whole stack would be left out.
  if (outOfReach) throw new Error(`Cannot profile ${fn.node.path}: ${outOfReach}`);

  const hash = codeHash(stack.resolve(resource.code).s3Key);
  const handler = { [Variable.HANDLER]: original };
  const ofSampler = { ...(hash && { [Variable.CODE_HASH]: hash }), ...samplerEnvironment(options) };
  const expectedRoot = options.store?.prefix ?? options.prefix ?? DEFAULT_PREFIX;
  const plan: Plan = {
    fn,
    own,
    variables: { ...handler, ...ofSampler },
    bucket: given,
    prefix: functionPrefix(expectedRoot, top.stackName, segment),
  };
  const limits = limitProblems(plan, isLast);
  if (limits.length > 0) return limits;
  warnOfLimits(plan);

  const addProfiling = () => {
    const layer = samplerLayer(fn);
    const { bucket, prefix: root } = storeOf(fn, options);
    claimPlace(fn, bucket, root);
    const environment: Record<string, string> = {
      ...handler,
      [Variable.BUCKET]: bucket.bucketName,
      // The name that the stack is deployed under, which need not be the one that it is synthesized with.
      [Variable.PREFIX]: functionPrefix(root, new ScopedAws(top).stackName, segment),
      ...ofSampler,
    };
    fn.addLayers(layer);
    for (const [name, value] of Object.entries(environment)) fn.addEnvironment(name, value);
    refuseChanges(fn, layer, environment);

    resource.handler = LAYER_HANDLER;
    if (overrides.Handler !== undefined) resource.addPropertyOverride('Handler', LAYER_HANDLER);
    if (resource.codeSigningConfigArn) warnOfSignature(fn);
    grantUpload(fn, bucket, environment[Variable.PREFIX], plan.prefix, isLast);

    const catalog = Catalog.of(top);
    catalog.addStore(bucket, root);
    catalog.addFunction(segment, fn);
    if (hash && options.sourceMaps !== false) publishSourceMaps(fn, hash, sourceMaps, catalog);
  };
  if (isLast) counted(plan, addProfiling);
  else addProfiling();
  for (const each of new Set([stack, top])) validateStack(each, each === stack ? fn.role : undefined);
  return [];
}

/** The place of the function's snapshots. */
function storeOf(fn: LambdaFunction, { store, bucket, prefix, retention }: ProfilingOptions): Location {
  if (store) return store;
  if (bucket) return { bucket, prefix: prefix ?? DEFAULT_PREFIX };
  const own = ProfileStore.of(fn);
  own._keep(retention);
  return own;
}

type Location = Pick<ProfileStore, 'bucket' | 'prefix'>;

function warnOfSignature(fn: LambdaFunction): void {
  Annotations.of(fn).addWarningV2(
    'profiled-fn:layerIsNotSigned',
    `The layer that profiling adds to ${fn.node.path} is not signed. If the function's code signing config enforces ` +
      'signatures, Lambda refuses it: set untrustedArtifactOnDeployment to WARN there, or do not profile the function.',
  );
}

/**
 * `addEnvironment` replaces a value silently, and so do the properties and overrides of a `CfnFunction` with a list of
 * layers. If they replace the sampler's, the synthesis fails: without them, the sampler's handler would fail at every
 * invocation.
 */
function refuseChanges(fn: LambdaFunction, layer: ILayerVersion, expected: Record<string, string>): void {
  const start = { code: codeOf(fn.node.defaultChild as CfnFunction), layers: layersOf(fn) };
  const stack = Stack.of(fn);
  const resource = fn.node.defaultChild as CfnFunction;
  const text = (value: unknown) => JSON.stringify(stack.resolve(value));
  fn.node.addValidation({
    validate: () => {
      const { Handler, Layers = [], Environment } = renderedProperties(resource);
      const variables = Environment?.Variables ?? {};
      const problems = Object.entries(variables)
        .filter(([name, value]) => name.startsWith(ENVIRONMENT_PREFIX) && text(value) !== text(expected[name]))
        .map(
          ([name]) =>
            `${name} was set outside of profiled-fn: names that begin with ${ENVIRONMENT_PREFIX} are reserved. Remove it and use the options of profiling.`,
        );
      if (Handler !== LAYER_HANDLER) return problems;
      const lost = Object.keys(expected).filter((name) => !(name in variables));
      // A list that is an intrinsic function says nothing.
      const isThere = !Array.isArray(Layers) || Layers.some((arn) => text(arn) === text(layer.layerVersionArn));
      if (!isThere) lost.push('its layer');
      if (lost.length > 0) {
        problems.push(
          `${fn.node.path} is profiled, but lacks ${lost.join(', ')}: they were replaced on its CfnFunction. Use addLayers and ` +
            'addEnvironment of the function instead, or do not profile it.',
        );
      }
      const role = changeableRole(fn.role);
      if (role && hasLostPolicy(role, renderedProperties(role).Policies)) {
        problems.push(
          `${fn.node.path} is profiled, but lacks the permission to upload: policies were replaced on the CfnRole of its role. ` +
            'Use addToPrincipalPolicy of the role instead, or do not profile the function.',
        );
      }
      const changed = [
        handlerProblem({ handler: expected[Variable.HANDLER], wrapper: variables[WRAPPER_VARIABLE], ...start }),
        wholeEnvironmentProblem(stack, variables),
      ].filter((problem) => problem !== undefined);
      return [
        ...problems,
        ...changed.map(
          (problem) =>
            `${fn.node.path} cannot be profiled: ${problem} Or do not profile it: name it in 'exclude' of Profiling.of.`,
        ),
      ];
    },
  });
}

interface RenderedProperties {
  /** Of a role. */
  readonly Policies?: unknown;
  readonly Handler?: unknown;
  readonly Layers?: unknown[];
  readonly Environment?: { readonly Variables?: Record<string, unknown> };
}

/** The value in the template, with all overrides: CDK has no public API for it. */
function renderedProperties(resource: CfnResource): RenderedProperties {
  const { _toCloudFormation } = resource as unknown as { _toCloudFormation(): object };
  const [{ Properties }] = Object.values<{ Properties: RenderedProperties }>(
    Stack.of(resource).resolve(_toCloudFormation.call(resource)).Resources,
  );
  return Properties;
}

/** The overrides of a function's resource: CDK has no public API for them. */
function overridesOf(resource: CfnFunction): RenderedProperties {
  const { rawOverrides } = resource as unknown as {
    readonly rawOverrides?: { readonly Properties?: RenderedProperties };
  };
  return rawOverrides?.Properties ?? {};
}

function environmentOf(stack: Stack, resource: CfnFunction): Record<string, unknown> {
  return stack.resolve(resource.environment)?.variables ?? {};
}
