import type { StoredOrder } from '../order';
import { pseudonym } from './pseudonym';

/** One row of the report; sums are in cents of a euro. */
export interface Row {
  section: 'country' | 'category' | 'article' | 'customer';
  name: string;
  orders: number;
  quantity: number;
  revenue: number;
  /** Of the orders' totals. */
  median: number;
}

interface Sale {
  country: string;
  category: string;
  article: string;
  customer: string;
  order: string;
  quantity: number;
  revenue: number;
}

const SECTIONS = ['country', 'category', 'article', 'customer'] as const;

/** Rows for each section, those with the largest revenue first. */
export function summarize(orders: readonly StoredOrder[]): Row[] {
  const sales = flatten(orders);
  return SECTIONS.flatMap((section) => {
    const rows = [...groupBy(sales, section)].map(([name, group]) => toRow(section, name, group));
    return rows.sort((a, b) => b.revenue - a.revenue || a.name.localeCompare(b.name));
  });
}

function flatten(orders: readonly StoredOrder[]): Sale[] {
  return orders.flatMap((order) => {
    const customer = pseudonym(order.customer.email);
    return order.lines.map((line) => ({
      country: order.customer.country,
      category: line.category,
      article: `${line.sku} ${line.title}`,
      customer,
      order: order.number,
      quantity: line.quantity,
      revenue: line.quantity * line.unitPrice,
    }));
  });
}

function groupBy(sales: readonly Sale[], section: Row['section']): Map<string, Sale[]> {
  const groups = new Map<string, Sale[]>();
  for (const sale of sales) {
    const group = groups.get(sale[section]);
    if (group) group.push(sale);
    else groups.set(sale[section], [sale]);
  }
  return groups;
}

function toRow(section: Row['section'], name: string, sales: readonly Sale[]): Row {
  const totals = new Map<string, number>();
  for (const { order, revenue } of sales) totals.set(order, (totals.get(order) ?? 0) + revenue);
  return {
    section,
    name,
    orders: totals.size,
    quantity: sales.reduce((sum, { quantity }) => sum + quantity, 0),
    revenue: sales.reduce((sum, { revenue }) => sum + revenue, 0),
    median: median([...totals.values()]),
  };
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}
