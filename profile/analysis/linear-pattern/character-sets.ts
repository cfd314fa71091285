import type { PatternNode } from './pattern-node';

/** Whether a character, a code point, is in a set. */
export type Has = (character: number) => boolean;

export interface Flags {
  /** Case does not matter. */
  i: boolean;
  /** `^` and `$` match at lines. */
  m: boolean;
  /** `.` matches line feeds. */
  s: boolean;
}

export const perlClasses: Readonly<Record<string, RegExp>> = { d: /^[0-9]$/, s: /^[\t\n\f\r ]$/, w: /^[0-9A-Za-z_]$/ };
export const posixClasses: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the class
  ascii: /^[\x00-\x7F]$/,
  blank: /^[\t ]$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the class
  cntrl: /^[\x00-\x1F\x7F]$/,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};
export const escapes: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

export function literal(character: number, flags: Flags): PatternNode {
  return set((each) => each === character, flags);
}

/** @param isNegated - characters that are not in it, in either case where case does not matter */
export function set(has: Has, { i }: Flags, isNegated = false): PatternNode {
  const folded: Has = i ? (each) => has(each) || casesOf(each).some(has) : has;
  return { kind: 'set', has: negatedIf(isNegated, folded) };
}

function casesOf(character: number): number[] {
  const text = String.fromCodePoint(character);
  return [text.toLowerCase(), text.toUpperCase()].map((each) => each.codePointAt(0) as number);
}

export function hasIn(pattern: RegExp): Has {
  return (each) => pattern.test(String.fromCodePoint(each));
}

export function negatedIf(isNegated: boolean, has: Has): Has {
  return isNegated ? (each) => !has(each) : has;
}
