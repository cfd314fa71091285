import { functionName } from '../../lib/contract/keys';
import { CommandError } from '../terminal/command-error';
import { didYouMean } from '../terminal/nearest';
import type { ProfiledStack, StackFunction } from './stack-outputs';

/**
 * The function that a person means by `wanted`: the name in keys (`Api.Orders`), the construct path (`Api/Orders`, with
 * the stack's name before it or without) or the physical name in Lambda.
 *
 * @throws CommandError that lists the functions there are
 */
export function selectFunction(stack: ProfiledStack, wanted: string): StackFunction {
  const found = matchFunction(stack, wanted);
  if (found) return found;
  const known = stack.functions.map((fn) => `${fn.name}  (${fn.lambdaName})`);
  throw new CommandError(
    `Stack ${stack.name} has no profiled function ${wanted}.`,
    known.length > 0
      ? `${didYouMean(
          wanted,
          stack.functions.flatMap(({ name, lambdaName }) => [name, lambdaName]),
        )}It has:\n${known.map((each) => `  ${each}`).join('\n')}`
      : noFunctionsRemedy,
  );
}

const noFunctionsRemedy = 'Its outputs name no function at all: add `new ProfiledFunction(…)` and deploy.';

function matchFunction(stack: ProfiledStack, wanted: string): StackFunction | undefined {
  const path = wanted.startsWith(`${stack.name}/`) ? wanted.slice(stack.name.length + 1) : wanted;
  return (
    stack.functions.find((fn) => fn.name === wanted) ??
    stack.functions.find((fn) => fn.name === functionName(path.split('/'))) ??
    stack.functions.find((fn) => fn.lambdaName === wanted)
  );
}

/**
 * The functions that are meant where nothing or one is named.
 *
 * @throws CommandError if there is none
 */
export function selectFunctions(stack: ProfiledStack, wanted: string | undefined): StackFunction[] {
  if (wanted !== undefined) return [selectFunction(stack, wanted)];
  if (stack.functions.length > 0) return stack.functions;
  throw new CommandError(`Stack ${stack.name} has no profiled functions.`, noFunctionsRemedy);
}
