import type { OrderRequest, Price } from '../order';
import { bestCoupons } from './coupons';

/** Standard rates of value added tax; elsewhere none is due. */
const TAX_RATES: Readonly<Record<string, number>> = {
  AT: 0.2,
  DE: 0.19,
  DK: 0.25,
  ES: 0.21,
  FR: 0.2,
  IT: 0.22,
  NL: 0.21,
};

/** @param rate units of the order's currency for one euro */
export function priceOrder(order: OrderRequest, rate: number): Price {
  const worth = order.lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  const { coupons, discount } = bestCoupons(order.lines, order.coupons);
  const taxRate = TAX_RATES[order.customer.country] ?? 0;
  const net = worth - discount;
  const tax = Math.round(net * taxRate);
  return {
    subtotal: convert(worth, rate),
    discount: convert(discount, rate),
    appliedCoupons: coupons.map(({ code }) => code),
    tax: convert(tax, rate),
    taxRate,
    total: convert(net + tax, rate),
    rate,
  };
}

function convert(cents: number, rate: number): number {
  return Math.round(cents * rate);
}
