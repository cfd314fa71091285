import { Token } from 'aws-cdk-lib';
import { DEFAULT_PREFIX, isPrefix, MAX_PREFIX_LENGTH } from './contract/keys';

/**
 * The problem with a store's prefix, if there is one: a sentence with the remedy. A token has no problem.
 *
 * @param prop that sets the prefix, for the sentence: `'prefix'`
 */
export function prefixProblem(prop: string, prefix: string): string | undefined {
  if (Token.isUnresolved(prefix) || (isPrefix(prefix) && prefix.length <= MAX_PREFIX_LENGTH)) return undefined;
  return (
    `${prop} is '${prefix}': give names of A-Z a-z 0-9 _ . - joined with '/', without one at either end, ` +
    `${MAX_PREFIX_LENGTH} characters in all at most, for example '${DEFAULT_PREFIX}' or 'profiles/production'.`
  );
}
