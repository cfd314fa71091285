/**
 * For example `1.234,50 €`.
 *
 * Formatters are made anew for every number, as one often sees it: profile the function, then keep one a currency.
 */
export function formatMoney(cents: number, currency: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(cents / 100);
}

export function formatQuantity(quantity: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(quantity);
}

export function formatPercent(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

export function formatDate(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso));
}
