/**
 * Each of `pValues` adjusted for how many there are: calling a regression all that are below q makes at most a part q of
 * the calls false ones, on average.
 *
 * @see Y. Benjamini, Y. Hochberg, Controlling the False Discovery Rate, J. R. Stat. Soc. B 57 (1995)
 */
export function falseDiscoveryRates(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => pValues[b] - pValues[a]);
  const rates = new Array<number>(pValues.length);
  let least = 1;
  for (const [i, index] of order.entries()) {
    const rank = pValues.length - i;
    least = Math.min(least, (pValues[index] * pValues.length) / rank);
    rates[index] = least;
  }
  return rates;
}
