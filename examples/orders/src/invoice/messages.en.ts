import type { Messages } from './texts';

export const messages: Messages = {
  locale: 'en-GB',
  invoice: 'Invoice',
  date: 'Date',
  article: 'Article',
  quantity: 'Quantity',
  unitPrice: 'Unit price',
  amount: 'Amount',
  discount: 'Discount',
  tax: 'VAT',
  total: 'Total',
  thanks: 'Thank you for your order.',
};
