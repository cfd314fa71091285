/** The one of `names` that `word` may be a slip of; undefined: none is near. */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const plain = word.toLowerCase();
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    // Names with so different lengths are further away anyway.
    if (Math.abs(name.length - word.length) >= least) continue;
    const steps = distance(plain, name.toLowerCase());
    if (steps < least) [best, least] = [name, steps];
  }
  return best;
}

/** `Did you mean x? ` if there is a similar name, otherwise nothing. More text may follow. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const name = nearest(word, names);
  return name === undefined ? '' : `Did you mean ${name}? `;
}

/** How many characters have to be put in, taken out, replaced, or swapped with their neighbours. */
function distance(a: string, b: string): number {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        last[j] + 1,
        row[j - 1] + 1,
        last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwapped ? before[j - 2] + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}
