const TIMEOUT_MS = 3000;
const MAX_AGE_MS = 5000;

let cached: { rates: Record<string, number>; fetchedAt: number } | undefined;

/**
 * Units of `currency` for one euro.
 *
 * @param url answers with `{ "rates": { "USD": 1.08, … } }`
 * @throws Error when the service does not answer or does not know the currency
 */
export async function exchangeRate(url: string, currency: string): Promise<number> {
  if (currency === 'EUR') return 1;
  if (!cached || Date.now() - cached.fetchedAt > MAX_AGE_MS) {
    cached = { rates: await fetchRates(url), fetchedAt: Date.now() };
  }
  const rate = cached.rates[currency];
  if (rate === undefined) throw new Error(`No exchange rate for ${currency}: ${url} does not list it.`);
  return rate;
}

async function fetchRates(url: string): Promise<Record<string, number>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`Exchange rates are not available: ${url} answers ${response.status}.`);
  const { rates } = (await response.json()) as { rates: Record<string, number> };
  return rates;
}
