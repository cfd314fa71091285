/** Bytes that are not a profile: cut off, damaged, contradicting themselves, or of another format. */
export class MalformedProfileError extends Error {
  override readonly name = 'MalformedProfileError';

  constructor(
    /** Where in the uncompressed bytes the problem showed. */
    readonly offset: number,
    /** What is wrong there. */
    readonly reason: string,
  ) {
    super(`Malformed profile: ${reason} (at byte ${offset})`);
  }
}
