/** A sentence of more words is long. */
export const longSentence = 25;

/** No sentence has more, wherever it is. */
export const longestSentence = 40;

const longShare = 0.08;

/** Words between spaces, as a reader counts them. Dashes and the like are none. */
export function wordsIn(text) {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** @param {number[]} lengths of all sentences, in words */
export function figuresOf(lengths) {
  const sorted = lengths.toSorted((a, b) => a - b);
  const quantile = (q) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
  return {
    sentences: sorted.length,
    median: quantile(0.5),
    p90: quantile(0.9),
    long: sorted.filter((length) => length > longSentence).length / Math.max(1, sorted.length),
  };
}

export function isReadable({ p90, long }) {
  return p90 <= longSentence && long <= longShare;
}
