import { ScopedAws, Stack, Token } from 'aws-cdk-lib';
import {
  type CfnFunction,
  type ILayerVersion,
  type Function as LambdaFunction,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import { Catalog } from './catalog';
import { codeHash } from './code-hash';
import { functionProblems } from './function-problems';
import { functionPrefix, functionSegment } from './keys';
import { LAYER_HANDLER, samplerLayer } from './layer';
import { ProfileStore } from './profile-store';
import type { ProfilingOptions } from './profiling-options';
import { ENVIRONMENT_PREFIX, optionProblems, samplerEnvironment } from './sampler-environment';
import { idsBelow, topStack } from './top-stack';
import { grantUpload } from './upload-grant';

/**
 * Turns a function into a profiled one: layer, redirected handler, environment, permission to upload, outputs. Its
 * code and the hash of its asset stay as they are.
 *
 * @throws Error that names the function, every problem and each one's remedy
 */
export function profileFunction(fn: LambdaFunction, options: ProfilingOptions = {}): void {
  const stack = Stack.of(fn);
  const top = topStack(fn);
  const resource = fn.node.defaultChild as CfnFunction;
  const segment = functionSegment(idsBelow(top, fn));

  const problems = [
    ...functionProblems({
      runtime: Token.isUnresolved(fn.runtime.name) ? undefined : fn.runtime.name,
      isNode: fn.runtime.family === RuntimeFamily.NODEJS,
      environment: Object.keys(environmentOf(stack, resource)),
      segment,
    }),
    ...optionProblems(options),
  ];
  if (problems.length > 0) throw new Error(`Cannot profile ${fn.node.path}: ${problems.join(' ')}`);

  const bucket = options.bucket ?? ProfileStore.of(fn).bucket;
  // The name that the stack is deployed under, which need not be the one that it is synthesized with.
  const prefix = functionPrefix(new ScopedAws(top).stackName, segment);
  const hash = codeHash(stack.resolve(resource.code).s3Key);

  const environment: Record<string, string> = {
    [`${ENVIRONMENT_PREFIX}HANDLER`]: resource.handler as string,
    [`${ENVIRONMENT_PREFIX}BUCKET`]: bucket.bucketName,
    [`${ENVIRONMENT_PREFIX}PREFIX`]: prefix,
    ...(hash && { [`${ENVIRONMENT_PREFIX}CODE_HASH`]: hash }),
    ...samplerEnvironment(options),
  };
  for (const [name, value] of Object.entries(environment)) fn.addEnvironment(name, value);
  refuseOtherValues(fn, environment);

  resource.handler = LAYER_HANDLER;
  addLayer(fn, samplerLayer(fn));
  grantUpload(fn, bucket, segment, prefix);

  const catalog = Catalog.of(top);
  catalog.addBucket(bucket);
  catalog.addFunction(segment, fn);
}

function addLayer(fn: LambdaFunction, layer: ILayerVersion): void {
  try {
    fn.addLayers(layer);
  } catch (cause) {
    // Counting before is no way: older versions of aws-cdk-lib keep the first list of layers that anyone resolves.
    throw new Error(
      `Cannot profile ${fn.node.path}: the layer that profiling adds does not fit in (${(cause as Error).message}) ` +
        "Lambda allows 5: remove one from 'layers', or set 'profilingOptions.enabled' to false.",
      { cause },
    );
  }
}

/** `addEnvironment` replaces a value without a word: whoever does so to one of ours hears of it at synthesis. */
function refuseOtherValues(fn: LambdaFunction, expected: Record<string, string>): void {
  const stack = Stack.of(fn);
  const text = (value: unknown) => JSON.stringify(stack.resolve(value));
  fn.node.addValidation({
    validate: () =>
      Object.entries(environmentOf(stack, fn.node.defaultChild as CfnFunction))
        .filter(([name, value]) => name.startsWith(ENVIRONMENT_PREFIX) && text(value) !== text(expected[name]))
        .map(
          ([name]) =>
            `${name} was set from outside: names that begin with ${ENVIRONMENT_PREFIX} are reserved. Remove it and use 'profilingOptions'.`,
        ),
  });
}

function environmentOf(stack: Stack, resource: CfnFunction): Record<string, unknown> {
  return stack.resolve(resource.environment)?.variables ?? {};
}
