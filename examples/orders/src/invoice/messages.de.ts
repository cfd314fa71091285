import type { Messages } from './texts';

export const messages: Messages = {
  locale: 'de-DE',
  invoice: 'Rechnung',
  date: 'Datum',
  article: 'Artikel',
  quantity: 'Menge',
  unitPrice: 'Einzelpreis',
  amount: 'Betrag',
  discount: 'Rabatt',
  tax: 'Umsatzsteuer',
  total: 'Summe',
  thanks: 'Vielen Dank für Ihren Einkauf.',
};
