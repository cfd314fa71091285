import { CfnOutput, Lazy, type Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

const CATALOG_ID = 'ProfiledFnCatalog';

/** Keeps a value far below 4 KB: an entry takes some 100 characters. */
const FUNCTIONS_PER_OUTPUT = 20;

/**
 * The outputs of a top-level stack from which the command finds buckets and functions with DescribeStacks alone:
 * `ProfiledFnBucketName`, `ProfiledFnBucketName2`, … and `ProfiledFnFunctions`, `ProfiledFnFunctions2`, …
 */
export class Catalog extends Construct {
  /** The catalog of a top-level stack. */
  static of(stack: Stack): Catalog {
    return (stack.node.tryFindChild(CATALOG_ID) as Catalog | undefined) ?? new Catalog(stack, CATALOG_ID);
  }

  private readonly bucketNames = new Set<string>();
  private readonly functions: string[] = [];

  /** Names `bucket`, unless it is named already. */
  addBucket(bucket: IBucket): void {
    // The name may be a token, which is the same string whenever the same bucket is asked.
    if (this.bucketNames.has(bucket.bucketName)) return;
    this.bucketNames.add(bucket.bucketName);
    this.output('ProfiledFnBucketName', this.bucketNames.size, 'Bucket with profiles', bucket.bucketName);
  }

  /** Lists `fn` under its segment of the keys. */
  addFunction(segment: string, fn: IFunction): void {
    const start = this.functions.push(`${segment}=${fn.functionName}`) - 1;
    if (start % FUNCTIONS_PER_OUTPUT !== 0) return;
    const value = Lazy.string({
      produce: () => this.functions.slice(start, start + FUNCTIONS_PER_OUTPUT).join(','),
    });
    this.output('ProfiledFnFunctions', start / FUNCTIONS_PER_OUTPUT + 1, 'Profiled functions', value);
  }

  private output(name: string, number: number, description: string, value: string): void {
    const id = number === 1 ? name : `${name}${number}`;
    new CfnOutput(this, id, { description, value }).overrideLogicalId(id);
  }
}
