/** The texts of an invoice. */
export interface Messages {
  /** BCP 47. */
  locale: string;
  invoice: string;
  date: string;
  article: string;
  quantity: string;
  unitPrice: string;
  amount: string;
  discount: string;
  tax: string;
  total: string;
  thanks: string;
}
