/** A pattern as it has been parsed. */
export type PatternNode =
  | { kind: 'set'; has(character: number): boolean }
  | { kind: 'all'; parts: PatternNode[] }
  | { kind: 'either'; parts: PatternNode[] }
  | { kind: 'repeat'; part: PatternNode; least: number; most: number }
  | { kind: 'assert'; assertion: Assertion };

/** What holds between two characters, or does not. */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';
