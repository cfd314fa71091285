/** A pattern that is none of RE2's, or takes too much to match: `message` is a clause that says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}
