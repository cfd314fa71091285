import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { environment } from '../src/environment';
import { loadMessages } from '../src/invoice/messages';
import { renderInvoice } from '../src/invoice/render';
import { getOrder, putDocument } from '../src/order-store';

// The module is ESM: the texts are there before the first invocation.
const messages = await loadMessages(environment('INVOICE_LOCALE'));
const compress = promisify(gzip);

/** Renders the invoice of a stored order and stores it, compressed. */
export async function handler(event: { number: string }): Promise<{ key: string; bytes: number }> {
  const order = await getOrder(event.number);
  const document = await compress(renderInvoice(order, messages), { level: 9 });
  const key = `invoices/${order.number}.html`;
  await putDocument(key, document, { contentType: 'text/html; charset=utf-8', contentEncoding: 'gzip' });
  return { key, bytes: document.length };
}
