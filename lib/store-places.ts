import { Annotations, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { CfnBucket, IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { isResource } from './function-kind';
import { prefixProblem } from './prefix-problem';

/** A prefix in a bucket, and who uses it. */
interface Place {
  readonly scope: IConstruct;
  readonly bucket: IBucket;
  readonly prefix: string;
}

/** The places of an app, on its root: those of other copies of this library, too. */
const PLACES = Symbol.for('profiled-fn.places');
type WithPlaces = IConstruct & { [PLACES]?: Map<string, Place> };

/**
 * Records that `scope` uses `prefix` in `bucket`. At synthesis, when tokens are known, it rejects a wrong prefix, and
 * one that another prefix of the bucket contains. Otherwise, functions of one store could overwrite data of the other,
 * and its readers could read it.
 */
export function claimPlace(scope: IConstruct, bucket: IBucket, prefix: string): void {
  const root: WithPlaces = scope.node.root;
  if (!root[PLACES]) {
    const places = new Map<string, Place>();
    Object.defineProperty(root, PLACES, { value: places });
    root.node.addValidation({ validate: () => problemsOf([...places.values()]) });
  }
  const id = `${bucket.node.path} ${prefix}`;
  if (!root[PLACES]?.has(id)) root[PLACES]?.set(id, { scope, bucket, prefix });
}

function problemsOf(places: readonly Place[]): string[] {
  const known = places.map(({ scope, bucket, prefix }) => ({
    scope,
    bucket: identityOfBucket(bucket),
    // What is resolved differently in each stack differs in its text, too.
    prefix: partsOf(scope, prefix).map(textOf).join(''),
  }));
  return [
    ...places.map(formProblem),
    ...known.flatMap((outer) =>
      known
        .filter((inner) => inner.bucket === outer.bucket && inner.prefix.startsWith(`${outer.prefix}/`))
        .map(
          (inner) =>
            `The prefix '${inner.prefix}' of ${inner.scope.node.path} is inside the prefix '${outer.prefix}' of ` +
            `${outer.scope.node.path}, in the same bucket: functions and readers of the one would have access to the other. ` +
            "Set 'prefix' so that neither begins with the other, for example 'profiles/a' and 'profiles/b'.",
        ),
    ),
  ].filter((problem) => problem !== undefined);
}

/** The problem with a prefix that was a token, as far as it is known. */
function formProblem({ scope, prefix }: Place): string | undefined {
  if (!Token.isUnresolved(prefix)) return undefined;
  const parts = partsOf(scope, prefix);
  const problem = prefixProblem("'prefix'", parts.map((part) => (typeof part === 'string' ? part : 'x')).join(''));
  if (problem) return `Of ${scope.node.path}: ${problem}`;
  if (parts.some((part) => typeof part !== 'string' && !isPseudoParameter(part))) {
    Annotations.of(scope).addInfoV2(
      'profiled-fn:prefixIsNotKnown',
      `The prefix of ${scope.node.path} is known only when it is deployed. It must consist of names of A-Z a-z 0-9 _ . - ` +
        "joined with '/'. In its bucket, no prefix may contain another one.",
    );
  }
  return undefined;
}

/** Texts and intrinsic functions that a value consists of. */
function partsOf(scope: IConstruct, text: string): unknown[] {
  const resolved = Stack.of(scope).resolve(text);
  return resolved?.['Fn::Join']?.[0] === '' ? resolved['Fn::Join'][1] : [resolved];
}

function textOf(part: unknown): string {
  return typeof part === 'string' ? part : JSON.stringify(part);
}

function isPseudoParameter(part: unknown): boolean {
  return /^{"Ref":"AWS::/.test(JSON.stringify(part));
}

/** A text that is equal for equal buckets: the name if the app sets it, or else the place of its construct. */
function identityOfBucket(bucket: IBucket): string {
  const resource = bucket.node.defaultChild;
  if (isBucket(resource)) return identityOfResource(resource);
  const { bucketName } = bucket;
  if (!Token.isUnresolved(bucketName)) return bucketName;
  const targets = Tokenization.reverseString(bucketName).tokens.map((token) =>
    Reference.isReference(token) ? token.target : undefined,
  );
  if (targets.length === 1 && isBucket(targets[0])) return identityOfResource(targets[0]);
  const stack = Stack.of(bucket);
  return JSON.stringify([stack.environment, stack.resolve(bucketName), targets.map((target) => target?.node.path)]);
}

function isBucket(construct: IConstruct | undefined): construct is CfnBucket {
  return isResource(construct, 'AWS::S3::Bucket');
}

function identityOfResource(resource: CfnBucket): string {
  const { bucketName } = resource;
  return bucketName === undefined || Token.isUnresolved(bucketName) ? resource.node.path : bucketName;
}
