/**
 * What hashes begin with. Differs from process to process, so that nobody can prepare profiles whose hashes are all the
 * same; 30 bits, as V8 keeps longer integers apart.
 */
export const hashSeed = Math.floor(Math.random() * 2 ** 30);

/** The hash so far, and another word of 32 bits: MurmurHash3's step, with the seed in each word too. */
export function hashStep(hash: number, word: number, seed: number): number {
  let mixed = Math.imul(word ^ seed, 0xcc9e2d51);
  mixed = (mixed << 15) | (mixed >>> 17);
  const next = hash ^ Math.imul(mixed, 0x1b873593);
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0;
}

/** MurmurHash3's end, after which each bit depends on all: neighbouring numbers scatter well. */
export function hashEnd(hash: number): number {
  let end = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  end = Math.imul(end ^ (end >>> 13), 0xc2b2ae35);
  return end ^ (end >>> 16);
}
