import { Annotations, ScopedAws, Stack } from 'aws-cdk-lib';
import type { CfnFunction, ILayerVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { bucketOutOfReach } from './bucket-reach';
import { Catalog } from './catalog';
import { codeHash } from './code-hash';
import { functionProblems } from './function-problems';
import { DEFAULT_PREFIX, functionPrefix, functionSegment } from './keys';
import { LAYER_HANDLER, samplerLayer } from './layer';
import { optionProblems } from './option-problems';
import { ProfileStore } from './profile-store';
import type { ProfilingOptions } from './profiling-options';
import { publishSourceMaps } from './publish-source-maps';
import { ENVIRONMENT_PREFIX, samplerEnvironment } from './sampler-environment';
import { idsBelow, topStack } from './top-stack';
import { grantUpload } from './upload-grant';

/** Marks functions of which it is decided whether and how they are profiled, for other copies of this library, too. */
const DECIDED = Symbol.for('profiled-fn.decided');

/** Whether `fn` has been given to `profileFunction`. */
export function isDecided(fn: LambdaFunction): boolean {
  return DECIDED in fn;
}

/**
 * Turns a function into a profiled one: layer, redirected handler, environment, permission to upload, outputs. Its
 * code and the hash of its asset stay as they are. With profiling off, it stays as it is altogether.
 *
 * @param path where the options stand, for the names of props: `profilingOptions.`, or nothing
 * @param sourceMaps source maps that are not in the function's code, by path of the script in it
 * @returns why the function cannot be profiled: a sentence for each reason, with the remedy. It stays as it is then.
 */
export function profileFunction(
  fn: LambdaFunction,
  options: ProfilingOptions,
  path = '',
  sourceMaps: Readonly<Record<string, string>> = {},
): string[] {
  Object.defineProperty(fn, DECIDED, { value: true });
  if (options.enabled === false) return [];

  const stack = Stack.of(fn);
  const top = topStack(fn);
  const resource = fn.node.defaultChild as CfnFunction;
  const segment = functionSegment(idsBelow(top, fn));

  const problems = [
    ...functionProblems(fn.runtime, Object.keys(environmentOf(stack, resource)), segment),
    ...optionProblems(options, path),
  ];
  if (problems.length > 0) return problems;
  const given = options.store?.bucket ?? options.bucket;
  const outOfReach = given && bucketOutOfReach(fn, given);
  // No warning, as a whole stack would be left out.
  if (outOfReach) throw new Error(`Cannot profile ${fn.node.path}: ${outOfReach}`);
  const layer = samplerLayer(fn);
  const tooMany = addLayer(fn, layer);
  if (tooMany) return [tooMany];

  const { bucket, prefix: root } = storeOf(fn, options);
  // The name that the stack is deployed under, which need not be the one that it is synthesized with.
  const prefix = functionPrefix(root, new ScopedAws(top).stackName, segment);
  const hash = codeHash(stack.resolve(resource.code).s3Key);

  const environment: Record<string, string> = {
    [`${ENVIRONMENT_PREFIX}HANDLER`]: resource.handler as string,
    [`${ENVIRONMENT_PREFIX}BUCKET`]: bucket.bucketName,
    [`${ENVIRONMENT_PREFIX}PREFIX`]: prefix,
    ...(hash && { [`${ENVIRONMENT_PREFIX}CODE_HASH`]: hash }),
    ...samplerEnvironment(options),
  };
  for (const [name, value] of Object.entries(environment)) fn.addEnvironment(name, value);
  refuseChanges(fn, layer, environment);

  resource.handler = LAYER_HANDLER;
  if (resource.codeSigningConfigArn) warnOfSignature(fn);
  grantUpload(fn, bucket, prefix, functionPrefix(root, top.stackName, segment));

  const catalog = Catalog.of(top);
  catalog.addStore(bucket, root);
  catalog.addFunction(segment, fn);
  if (hash && options.sourceMaps !== false) publishSourceMaps(fn, hash, sourceMaps, catalog);
  return [];
}

/** Where the function's snapshots go. */
function storeOf(fn: LambdaFunction, { store, bucket, prefix, retention }: ProfilingOptions): Location {
  if (store) return store;
  if (bucket) return { bucket, prefix: prefix ?? DEFAULT_PREFIX };
  const own = ProfileStore.of(fn);
  own._keep(retention);
  return own;
}

type Location = Pick<ProfileStore, 'bucket' | 'prefix'>;

/** @returns why the layer cannot be added, if it cannot: nothing has changed then */
function addLayer(fn: LambdaFunction, layer: ILayerVersion): string | undefined {
  try {
    fn.addLayers(layer);
    return undefined;
  } catch (cause) {
    // Counting before is no way: older versions of aws-cdk-lib keep the first list of layers that anyone resolves.
    return (
      `the layer that profiling adds does not fit in (${(cause as Error).message}) ` +
      "Lambda allows 5: remove one from 'layers'."
    );
  }
}

function warnOfSignature(fn: LambdaFunction): void {
  Annotations.of(fn).addWarningV2(
    'profiled-fn:layerIsNotSigned',
    `The layer that profiling adds to ${fn.node.path} is not signed. If the function's code signing config enforces ` +
      'signatures, Lambda refuses it: set untrustedArtifactOnDeployment to WARN there, or do not profile the function.',
  );
}

/**
 * `addEnvironment` replaces a value without a word, and so do the properties and overrides of a `CfnFunction` with a list
 * of layers. Whoever does so to ours hears of it at synthesis: without them, our handler fails at every invocation.
 */
function refuseChanges(fn: LambdaFunction, layer: ILayerVersion, expected: Record<string, string>): void {
  const stack = Stack.of(fn);
  const text = (value: unknown) => JSON.stringify(stack.resolve(value));
  fn.node.addValidation({
    validate: () => {
      const { Handler, Layers = [], Environment } = renderedProperties(fn);
      const variables = Environment?.Variables ?? {};
      const problems = Object.entries(variables)
        .filter(([name, value]) => name.startsWith(ENVIRONMENT_PREFIX) && text(value) !== text(expected[name]))
        .map(
          ([name]) =>
            `${name} was set from outside: names that begin with ${ENVIRONMENT_PREFIX} are reserved. Remove it and use the options of profiling.`,
        );
      const lost = Object.keys(expected).filter((name) => !(name in variables));
      // A list that is an intrinsic function says nothing.
      const isThere = !Array.isArray(Layers) || Layers.some((arn) => text(arn) === text(layer.layerVersionArn));
      if (!isThere) lost.push('its layer');
      if (Handler !== LAYER_HANDLER || lost.length === 0) return problems;
      return [
        ...problems,
        `${fn.node.path} is profiled, but has lost ${lost.join(', ')}: its CfnFunction was given others. Use addLayers and ` +
          'addEnvironment of the function instead, or do not profile it.',
      ];
    },
  });
}

interface RenderedProperties {
  readonly Handler?: unknown;
  readonly Layers?: unknown[];
  readonly Environment?: { readonly Variables?: Record<string, unknown> };
}

/** What the template says, with everything that was overridden: CDK has no public way to ask. */
function renderedProperties(fn: LambdaFunction): RenderedProperties {
  const resource = fn.node.defaultChild as unknown as { _toCloudFormation(): object };
  const [{ Properties }] = Object.values<{ Properties: RenderedProperties }>(
    Stack.of(fn).resolve(resource._toCloudFormation()).Resources,
  );
  return Properties;
}

function environmentOf(stack: Stack, resource: CfnFunction): Record<string, unknown> {
  return stack.resolve(resource.environment)?.variables ?? {};
}
