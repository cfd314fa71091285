import type { OrderLine, StoredOrder } from '../order';
import { formatDate, formatMoney, formatPercent, formatQuantity } from './format';
import type { Messages } from './texts';

/** The invoice as a page of HTML. */
export function renderInvoice(order: StoredOrder, messages: Messages): string {
  const title = `${messages.invoice} ${order.number}`;
  return page(
    title,
    messages.locale,
    [
      renderAddress(order),
      `<h1>${escapeHtml(title)}</h1>`,
      `<p>${messages.date}: ${formatDate(order.placedAt, messages.locale)}</p>`,
      renderTable(order, messages),
      `<p>${messages.thanks}</p>`,
    ].join('\n'),
  );
}

function renderAddress({ customer }: StoredOrder): string {
  return `<address>${[customer.name, customer.email, customer.country].map(escapeHtml).join('<br>')}</address>`;
}

function renderTable(order: StoredOrder, messages: Messages): string {
  const head = [messages.article, messages.quantity, messages.unitPrice, messages.amount];
  const money = (cents: number) => formatMoney(cents, order.currency, messages.locale);
  const sums: [string, string][] = [
    [[messages.discount, ...order.appliedCoupons].join(' '), money(-order.discount)],
    [`${messages.tax} ${formatPercent(order.taxRate, messages.locale)}`, money(order.tax)],
    [messages.total, money(order.total)],
  ];
  return `<table>
<thead><tr>${head.map((text) => `<th>${escapeHtml(text)}</th>`).join('')}</tr></thead>
<tbody>${order.lines.map((line) => renderLine(line, order, messages)).join('\n')}</tbody>
<tfoot>${sums.map(([label, sum]) => `<tr><th colspan="3">${escapeHtml(label)}</th><td>${sum}</td></tr>`).join('\n')}</tfoot>
</table>`;
}

function renderLine(line: OrderLine, order: StoredOrder, { locale }: Messages): string {
  const unitPrice = Math.round(line.unitPrice * order.rate);
  const cells = [
    `${escapeHtml(line.title)} <small>${escapeHtml(line.sku)}</small>`,
    formatQuantity(line.quantity, locale),
    formatMoney(unitPrice, order.currency, locale),
    formatMoney(unitPrice * line.quantity, order.currency, locale),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function page(title: string, locale: string, body: string): string {
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
${body}
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]);
}
