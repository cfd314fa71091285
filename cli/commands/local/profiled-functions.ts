import { Variable } from '../../../lib/contract/environment';
import { functionOfPrefix } from '../../../lib/contract/keys';
import type { DeployedFunction } from '../../../local/types';
import { CommandError } from '../../terminal/command-error';

/** A function of an app that writes profiles. */
export interface LocalFunction {
  /** Name in keys and outputs: `Api.Orders`. */
  name: string;
  deployed: DeployedFunction;
}

/**
 * The functions that have our sampler, which their environment tells.
 *
 * @throws CommandError if there is none
 */
export function profiledFunctions(deployed: DeployedFunction[]): LocalFunction[] {
  const functions = deployed.flatMap((fn) => {
    const { [Variable.BUCKET]: bucket, [Variable.PREFIX]: prefix } = fn.environment;
    return bucket && prefix ? [{ name: functionOfPrefix(prefix), deployed: fn }] : [];
  });
  if (functions.length > 0) return functions;
  const others = deployed.map((fn) => `  ${fn.constructPath} in ${fn.stackName}`);
  throw new CommandError(
    'The app has no profiled function.',
    others.length === 0
      ? 'Add one to a stack: new ProfiledFunction(this, …).'
      : `Replace \`new NodejsFunction\` by \`new ProfiledFunction\` for one of its functions:\n${others.join('\n')}`,
  );
}

/**
 * Those of `functions` that are named, in any of the ways that `profiled-fn fetch --function` knows; all where nothing
 * is named.
 *
 * @throws CommandError for a name that none of them has
 */
export function selectLocal(functions: LocalFunction[], names: string[]): LocalFunction[] {
  if (names.length === 0) return functions;
  const selected = names.flatMap((name) => {
    const found = functions.filter((fn) => namesOf(fn).includes(name));
    if (found.length > 0) return found;
    throw new CommandError(
      `The app has no profiled function ${name}.`,
      `It has:\n${functions.map((fn) => `  ${fn.name}`).join('\n')}`,
    );
  });
  return [...new Set(selected)];
}

/** What a person may call a function; the first is the name of its file of events. */
export function namesOf({ name, deployed }: LocalFunction): string[] {
  const { constructPath, stackName, functionName, logicalId } = deployed;
  return [name, constructPath, `${stackName}/${constructPath}`, functionName, logicalId];
}
