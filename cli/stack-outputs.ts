import { CommandError } from './command-error';

/** A stack that has profiled functions, as its outputs tell. */
export interface ProfiledStack {
  name: string;
  /** 12 digits. */
  account: string;
  region: string;
  bucket: string;
  functions: ProfiledFunction[];
}

/** A profiled function of a stack. */
export interface ProfiledFunction {
  /** Name in keys: the construct path below the stack, written as docs/architecture.md says. */
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

const functionsOutput = /^ProfiledFnFunctions(\d*)$/;

/**
 * The profiled functions of `stack`; undefined: its outputs name none.
 *
 * @throws CommandError where the outputs are ours and make no sense
 */
export function profiledStack(stack: DescribedStack): ProfiledStack | undefined {
  const bucket = stack.outputs.ProfiledFnBucketName;
  if (bucket === undefined) return undefined;
  const [, , , region = '', account = ''] = stack.id.split(':');
  return { name: stack.name, account, region, bucket, functions: functionsOf(stack) };
}

function functionsOf(stack: DescribedStack): ProfiledFunction[] {
  return Object.entries(stack.outputs)
    .flatMap(([key, value]) => {
      const match = functionsOutput.exec(key);
      return match ? [{ order: Number(match[1] || 1), entries: value.split(',') }] : [];
    })
    .sort((a, b) => a.order - b.order)
    .flatMap((output) => output.entries)
    .filter((entry) => entry !== '')
    .map((entry) => parseFunction(entry, stack.name));
}

/**
 * `Api.Orders=Stack-ApiOrders1F2-x`. The name becomes a folder, so what is not of the form that the construct writes
 * is refused.
 */
function parseFunction(entry: string, stack: string): ProfiledFunction {
  const match = /^([A-Za-z0-9_!-]+(?:\.[A-Za-z0-9_!-]+)*)=([A-Za-z0-9_-]+)$/.exec(entry);
  if (!match) {
    throw new CommandError(
      `The outputs of stack ${stack} name a function in a form that this version does not know: ${JSON.stringify(entry)}.`,
      'Use the version of profiled-fn that deployed the stack, or a newer one: npx profiled-fn@latest.',
    );
  }
  return { name: match[1], lambdaName: match[2] };
}
