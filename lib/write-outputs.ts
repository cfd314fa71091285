import { CfnOutput, Lazy, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DEFAULT_PREFIX } from './contract/keys';
import {
  BUCKET_OUTPUT,
  ENTRY_SEPARATOR,
  FUNCTIONS_OUTPUT,
  functionEntry,
  outputId,
  PREFIX_OUTPUT,
  placeText,
  SOURCE_MAPS_OUTPUT,
} from './contract/outputs';

const CATALOG_ID = 'ProfiledFnCatalog';

/** Bucket, prefix, functions, source maps. */
const OUTPUTS_OF_FIRST = 4;
/** The limit of an output: an entry takes about 100 characters, but construct paths may be long. */
const FUNCTIONS_PER_OUTPUT = 20;
/** That of a parameter. AWS names none for an output's value. */
const MAX_VALUE_LENGTH = 4096;
/** Lambda's longest name, and two separators. */
const LENGTH_BESIDE_SEGMENT = 64 + 2;

/**
 * The outputs of a top-level stack from which the command finds buckets and functions with DescribeStacks alone; see
 * `contract/outputs.ts`.
 */
export class Catalog extends Construct {
  /** The catalog of a top-level stack. */
  static of(stack: Stack): Catalog {
    return (stack.node.tryFindChild(CATALOG_ID) as Catalog | undefined) ?? new Catalog(stack, CATALOG_ID);
  }

  /** How many outputs the catalog of a top-level stack has. */
  static outputsOf(stack: Stack): number {
    return stack.node.tryFindChild(CATALOG_ID)?.node.children.length ?? 0;
  }

  /** How many outputs the next function of a top-level stack adds, at most. */
  static outputsForNext(stack: Stack): number {
    const catalog = stack.node.tryFindChild(CATALOG_ID) as Catalog | undefined;
    if (!catalog) return OUTPUTS_OF_FIRST;
    return (catalog.functions.at(-1)?.entries.length ?? 0) % FUNCTIONS_PER_OUTPUT === 0 ? 1 : 0;
  }

  private readonly stores = new Set<string>();
  /** By output. */
  private readonly functions: { readonly entries: string[]; length: number }[] = [];
  private readonly sourceMaps = new Set<string>();

  /** Names `bucket`, and `prefix` unless readers take it anyway, if the two are not named already. */
  addStore({ bucketName }: IBucket, prefix: string): void {
    // Readers would count the content of a bucket twice if it is named twice.
    const store = identityOf(this, `${bucketName}/${prefix}`);
    if (this.stores.has(store)) return;
    const number = this.stores.add(store).size;
    this.output(BUCKET_OUTPUT, number, 'Bucket with profiles', bucketName);
    if (prefix !== DEFAULT_PREFIX) this.output(PREFIX_OUTPUT, number, 'Prefix of their keys', prefix);
  }

  /** Lists `fn` under its segment of the keys. */
  addFunction(segment: string, fn: IFunction): void {
    const length = segment.length + LENGTH_BESIDE_SEGMENT;
    let last = this.functions.at(-1);
    if (!last || last.entries.length === FUNCTIONS_PER_OUTPUT || last.length + length > MAX_VALUE_LENGTH) {
      const entries: string[] = [];
      last = { entries, length: 0 };
      const value = Lazy.string({ produce: () => entries.join(ENTRY_SEPARATOR) });
      this.output(FUNCTIONS_OUTPUT, this.functions.push(last), 'Profiled functions', value);
    }
    last.entries.push(functionEntry(segment, fn.functionName));
    last.length += length;
  }

  /** Names the bucket with archives of source maps, and the prefix of their keys: `<bucket>/<prefix>`. */
  addSourceMaps(bucketName: string, prefix: string): void {
    const place = placeText(bucketName, prefix);
    // The bucket's name is a token, another one each time.
    const known = JSON.stringify(Stack.of(this).resolve(place));
    if (this.sourceMaps.has(known)) return;
    const number = this.sourceMaps.add(known).size;
    this.output(SOURCE_MAPS_OUTPUT, number, 'Place of source maps', place);
  }

  private output(name: string, number: number, description: string, value: string): void {
    const id = outputId(name, number);
    new CfnOutput(this, id, { description, value }).overrideLogicalId(id);
  }
}

/**
 * A text that is equal for equal values. Tokens are not always equal (`Fn.importValue` makes another one each time),
 * and their resolved values are equal for resources of the same id in two stacks.
 */
function identityOf(scope: Construct, text: string): string {
  const targets = Tokenization.reverseString(text).tokens.map((token) =>
    Reference.isReference(token) ? token.target.node.path : '',
  );
  return JSON.stringify([Stack.of(scope).resolve(text), targets]);
}
