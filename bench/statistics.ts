/** The value below which `p` percent of `values` lie, by the nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
}

/** The value in the middle, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
}

/** A median and the interval that holds the true one with 95 % confidence. */
export interface MedianInterval {
  median: number;
  low: number;
  high: number;
}

/**
 * The median with its sign-test interval: the k-th smallest and k-th largest value, where fewer than k heads among n
 * throws of a coin have a probability of at most 2.5 %. It supposes nothing about how the values are distributed. Below
 * six values no interval reaches 95 %: then it spans all of them.
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let rank = 0;
  let probability = 0.5 ** n;
  for (let tail = probability; tail <= 0.025; tail += probability) {
    rank++;
    probability *= (n - rank + 1) / rank;
  }
  const k = Math.max(0, rank - 1);
  return { median: median(values), low: sorted[k], high: sorted[n - 1 - k] };
}
