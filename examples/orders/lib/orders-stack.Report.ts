import { brotliCompressSync } from 'node:zlib';
import { getOrders, putDocument } from '../src/order-store';
import { summarize } from '../src/report/aggregate';
import { toCsv } from '../src/report/csv';
import { type PeriodRequest, parsePeriod } from '../src/report/period';

/**
 * Sums up the orders of a period and stores the result as CSV.
 *
 * @throws PeriodError when the request asks for no period that one can report on
 */
export async function handler(event: PeriodRequest): Promise<{ key: string; orders: number }> {
  const period = parsePeriod(event, new Date());
  const orders = await getOrders(period);
  const csv = toCsv(summarize(orders));
  const key = `reports/${period.to.toISOString().slice(0, 10)}-${event.days}d.csv`;
  await putDocument(key, brotliCompressSync(csv), { contentType: 'text/csv', contentEncoding: 'br' });
  return { key, orders: orders.length };
}
