/**
 * Outputs of a top-level stack, from which readers find buckets and functions with DescribeStacks alone. Each may come
 * several times: `ProfiledFnFunctions`, `ProfiledFnFunctions2`, `ProfiledFnFunctions3`, …
 */

/** A bucket of snapshots. */
export const BUCKET_OUTPUT = 'ProfiledFnBucketName';
/** The prefix in the bucket of the same number, if it is not the default. */
export const PREFIX_OUTPUT = 'ProfiledFnPrefix';
/** Functions, see {@link functionEntry}, joined with commas. */
export const FUNCTIONS_OUTPUT = 'ProfiledFnFunctions';
/** The place of archives of source maps, see {@link placeText}. */
export const SOURCE_MAPS_OUTPUT = 'ProfiledFnSourceMaps';

/** Separates the entries of functions. */
export const ENTRY_SEPARATOR = ',';

const FUNCTION_ENTRY = /^([^=]+)=([A-Za-z0-9_-]+)$/;

/** The logical id of the output `name` with this number, from 1. */
export function outputId(name: string, number: number): string {
  return number === 1 ? name : `${name}${number}`;
}

/** The number, from 1, of the output with this logical id; undefined: it is none of `name`. */
export function outputNumber(name: string, id: string): number | undefined {
  const number = id.startsWith(name) ? id.slice(name.length) : undefined;
  return number !== undefined && /^\d*$/.test(number) ? Number(number || 1) : undefined;
}

/** A function in an output: its name in keys, and Lambda's name for it. */
export function functionEntry(name: string, lambdaName: string): string {
  return `${name}=${lambdaName}`;
}

/** Undefined if it is not such an entry. The name in keys is not checked. */
export function parseFunctionEntry(entry: string): { name: string; lambdaName: string } | undefined {
  const [, name, lambdaName] = FUNCTION_ENTRY.exec(entry) ?? [];
  return name !== undefined && lambdaName !== undefined ? { name, lambdaName } : undefined;
}

/** A bucket, and the prefix of the objects in it. */
export function placeText(bucket: string, prefix: string): string {
  return `${bucket}/${prefix}`;
}

export function parsePlace(text: string): { bucket: string; prefix: string } {
  const [bucket = '', ...prefix] = text.split('/');
  return { bucket, prefix: prefix.join('/') };
}
