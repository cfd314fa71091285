import { matchesWildcard } from './wildcard';

/** Operator to condition key to the values of which one must match. */
export type ConditionBlock = Record<string, Record<string, ConditionValue | ConditionValue[]>>;

export type ConditionValue = string | number | boolean;

/** Condition keys of a request, in lower case, with their values. */
export type RequestContext = ReadonlyMap<string, string>;

/** `unknown`: an operator that is not known here, about which the caller must decide on the safe side. */
export type ConditionResult = 'true' | 'false' | 'unknown';

/**
 * Whether a statement's conditions hold: all operators and keys, any of a key's values.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function evaluateConditions(block: ConditionBlock, context: RequestContext): ConditionResult {
  let result: ConditionResult = 'true';
  for (const [operator, keys] of Object.entries(block)) {
    for (const [key, values] of Object.entries(keys)) {
      const one = evaluateOne(operator, key, [values].flat().map(String), context);
      if (one === 'false') return 'false';
      if (one === 'unknown') result = 'unknown';
    }
  }
  return result;
}

/** Replaces `${aws:PrincipalAccount}` and the like; `undefined` if the request has no such key. */
export function substituteVariables(text: string, context: RequestContext): string | undefined {
  let missing = false;
  const result = text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (['*', '?', '$'].includes(name)) return name;
    const value = context.get(name.toLowerCase());
    missing ||= value === undefined;
    return value ?? '';
  });
  return missing ? undefined : result;
}

type Matcher = (actual: string, wanted: string) => boolean;

/** Operators that ask for a match; those that ask for none follow from them. */
const matchers: Record<string, Matcher> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => matchesWildcard(wanted, actual),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: (actual, wanted) => Number(actual) === Number(wanted),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (actual, wanted) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (actual, wanted) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (actual, wanted) => Number(actual) >= Number(wanted),
};

const NEGATED: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

function evaluateOne(operator: string, key: string, wanted: string[], context: RequestContext): ConditionResult {
  // Every key of a request has one value here, for which "any of" and "all of" differ only where the key is missing.
  const [, quantifier, base = '', ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const actual = context.get(key.toLowerCase());
  if (base === 'Null') return verdict(wanted.includes(String(actual === undefined)));
  const negated = Object.hasOwn(NEGATED, base);
  const name = negated ? NEGATED[base] : base;
  if (!Object.hasOwn(matchers, name)) return 'unknown';
  if (actual === undefined) return verdict(negated || ifExists !== undefined || quantifier === 'ForAllValues:');
  const match = wanted.some((value) => {
    const text = substituteVariables(value, context);
    return text !== undefined && (matchers[name] as Matcher)(actual, text);
  });
  return verdict(match !== negated);
}

function verdict(holds: boolean): ConditionResult {
  return holds ? 'true' : 'false';
}

/** The six parts of an ARN match one by one, so a wildcard does not reach over a colon; the last may have colons. */
function matchesArn(actual: string, wanted: string): boolean {
  const wantedParts = arnParts(wanted);
  const actualParts = arnParts(actual);
  return (
    wantedParts.length === actualParts.length &&
    wantedParts.every((part, index) => matchesWildcard(part, actualParts[index]))
  );
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
