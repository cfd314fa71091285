import { DEFAULT_PREFIX, isFunctionName, isPrefix } from '../../lib/contract/keys';
import {
  BUCKET_OUTPUT,
  ENTRY_SEPARATOR,
  FUNCTIONS_OUTPUT,
  outputNumber,
  PREFIX_OUTPUT,
  parseFunctionEntry,
  parsePlace,
  SOURCE_MAPS_OUTPUT,
} from '../../lib/contract/outputs';
import { CommandError } from '../terminal/command-error';

/** Of all that S3 has ever allowed. */
const bucketName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?$/;

/** A stack that has profiled functions, as its outputs tell. */
export interface ProfiledStack {
  name: string;
  /** 12 digits. */
  account: string;
  region: string;
  /** Where its functions' snapshots lie, each function's in one of them; never empty. */
  stores: Store[];
  functions: StackFunction[];
  /**
   * Where archives of its functions' source maps lie, each in one of them: a prefix here is just what names begin with.
   *
   * @default - the outputs name none
   */
  sourceMaps?: Store[];
}

/** The buckets of a stack: `bucket a`, or `buckets a and b`. */
export function bucketsText({ stores }: ProfiledStack): string {
  const names = [...new Set(stores.map((store) => store.bucket))];
  return names.length === 1 ? `bucket ${names[0]}` : `buckets ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A bucket, and what the keys of snapshots in it begin with. */
export interface Store {
  bucket: string;
  /** Without a slash at the end. */
  prefix: string;
}

/** A profiled function of a stack. */
export interface StackFunction {
  /** Name in keys: the construct path below the stack, with its ids escaped. */
  name: string;
  /** The physical name that Lambda knows. */
  lambdaName: string;
}

/** What DescribeStacks says of a stack, as far as it matters here. */
export interface DescribedStack {
  name: string;
  /** ARN of the stack. */
  id: string;
  status: string;
  outputs: Record<string, string>;
}

/**
 * The profiled functions of `stack`; undefined: its outputs name none.
 *
 * @throws CommandError if the outputs are ours and make no sense
 */
export function profiledStack(stack: DescribedStack): ProfiledStack | undefined {
  const stores = storesOf(stack);
  if (stores.length === 0) return undefined;
  const [, , , region = '', account = ''] = stack.id.split(':');
  const sourceMaps = sourceMapsOf(stack);
  const common = { name: stack.name, account, region, stores, functions: functionsOf(stack) };
  return sourceMaps.length > 0 ? { ...common, sourceMaps } : common;
}

function functionsOf(stack: DescribedStack): StackFunction[] {
  return numberedOutputs(stack, FUNCTIONS_OUTPUT)
    .flatMap(({ value }) => value.split(ENTRY_SEPARATOR))
    .filter((entry) => entry !== '')
    .map((entry) => parseFunction(entry, stack.name));
}

/**
 * Each bucket with the prefix of the same number. Two parameters of a stack may name the same: what lies there is to be
 * counted once.
 */
function storesOf(stack: DescribedStack): Store[] {
  const prefixes = new Map(numberedOutputs(stack, PREFIX_OUTPUT).map(({ order, value }) => [order, value]));
  const stores = new Map<string, Store>();
  for (const { order, value: bucket } of numberedOutputs(stack, BUCKET_OUTPUT)) {
    const prefix = prefixes.get(order) ?? DEFAULT_PREFIX;
    if (!bucketName.test(bucket)) throw unknownForm(stack.name, 'a bucket', bucket);
    if (!isPrefix(prefix)) throw unknownForm(stack.name, 'a prefix', prefix);
    stores.set(`${bucket}/${prefix}`, { bucket, prefix });
  }
  return [...stores.values()];
}

function sourceMapsOf(stack: DescribedStack): Store[] {
  return numberedOutputs(stack, SOURCE_MAPS_OUTPUT).map(({ value }) => {
    const place = parsePlace(value);
    if (!bucketName.test(place.bucket)) throw unknownForm(stack.name, 'a bucket of source maps', place.bucket);
    return place;
  });
}

/** The outputs `name`, `name2`, `name3`, … in the order of their numbers. */
function numberedOutputs({ outputs }: DescribedStack, name: string): { order: number; value: string }[] {
  return Object.entries(outputs)
    .flatMap(([id, value]) => {
      const order = outputNumber(name, id);
      return order === undefined ? [] : [{ order, value }];
    })
    .sort((a, b) => a.order - b.order);
}

/**
 * `Api.Orders=Stack-ApiOrders1F2-x`. The name becomes a folder, so what is not of the form that the construct writes
 * is refused.
 */
function parseFunction(entry: string, stack: string): StackFunction {
  const fn = parseFunctionEntry(entry);
  if (!fn || !isFunctionName(fn.name)) throw unknownForm(stack, 'a function', entry);
  return fn;
}

function unknownForm(stack: string, what: string, value: string): CommandError {
  return new CommandError(
    `The outputs of stack ${stack} name ${what} in a form that this version does not support: ${JSON.stringify(value)}.`,
    'Use the version of profiled-fn that deployed the stack, or a newer one (npx profiled-fn@latest). If something else\nwrites outputs with names that begin with ProfiledFn, rename those.',
  );
}
