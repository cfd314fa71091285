// CPU-bound: validates, prices, renders and signs orders, as many Lambda functions do all day.
const { createHash } = require('node:crypto');
const { measured } = require('./cpu-time.cjs');

const WORDS = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor'.split(' ');

class Money {
  constructor(cents) {
    this.cents = cents;
  }
  plus(other) {
    return new Money(this.cents + other.cents);
  }
  times(quantity) {
    return new Money(Math.round(this.cents * quantity));
  }
  toString() {
    return (this.cents / 100).toFixed(2);
  }
}

function order(id) {
  return {
    id,
    customer: { name: WORDS[id % WORDS.length] + id, tags: WORDS.slice(id % 5, (id % 5) + 4) },
    lines: Array.from({ length: 8 }, (_, line) => ({
      sku: `A${(id * line) % 97}`,
      quantity: 1 + (line % 3),
      cents: 100 + ((id * 37 + line * 11) % 5000),
      note: WORDS[(id + line) % WORDS.length],
    })),
  };
}

function validate(candidate) {
  if (typeof candidate.id !== 'number') throw new Error('An order needs an id.');
  for (const { sku, quantity } of candidate.lines) {
    if (!/^A\d+$/.test(sku)) throw new Error(`${sku} is no article.`);
    if (quantity < 1) throw new Error(`${quantity} pieces cannot be ordered.`);
  }
  return candidate;
}

function total({ lines }) {
  return lines.reduce((sum, { cents, quantity }) => sum.plus(new Money(cents).times(quantity)), new Money(0));
}

function escapeHtml(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render({ id, customer, lines }, sum) {
  const items = lines.map(
    ({ sku, quantity, cents, note }) =>
      `<li>${escapeHtml(sku)} ${quantity} × ${new Money(cents)} ${escapeHtml(note)}</li>`,
  );
  return `<article id="${id}"><h1>${escapeHtml(customer.name)}</h1><ul>${items.join('')}</ul><b>${sum}</b></article>`;
}

function bestSellers(orders) {
  const sold = new Map();
  for (const { id, lines } of orders) {
    for (const { sku, quantity } of lines) {
      const article = sold.get(sku) ?? { quantity: 0, orders: new Set() };
      article.quantity += quantity;
      article.orders.add(id);
      sold.set(sku, article);
    }
  }
  return [...sold].sort(([, a], [, b]) => b.quantity - a.quantity).slice(0, 10);
}

function report(count) {
  const text = JSON.stringify(Array.from({ length: count }, (_, id) => order(id)));
  const orders = JSON.parse(text).map(validate);
  const html = orders.map((one) => render(one, total(one))).join('\n');
  return createHash('sha256')
    .update(html)
    .update(JSON.stringify(bestSellers(orders)))
    .digest('hex');
}

exports.report = report;

exports.handler = measured(() => {
  for (let i = 0; i < 35; i++) report(150);
});
