import type { Customer, OrderLine, OrderRequest } from '../order';

const NUMBER = /^[A-Z]{1,3}-\d{4,10}$/;
const SKU = /^[A-Z]{2}\d{4}(-[A-Z0-9]{1,6})?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MAX_LINES = 200;
const MAX_COUPONS = 12;

/** The order in `json`, or everything that is wrong with it. */
export function parseOrder(json: string): { order: OrderRequest } | { problems: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problems: [`the body is not JSON: ${(error as Error).message}`] };
  }
  const check = new Checker();
  const order = checkOrder(check, value);
  return check.problems.length > 0 ? { problems: check.problems } : { order };
}

/** Reads values of known types and notes where they are not. */
class Checker {
  readonly problems: string[] = [];

  object(value: unknown, path: string): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    this.problems.push(`${path} is not an object`);
    return {};
  }

  list(value: unknown, path: string, max: number): unknown[] {
    if (Array.isArray(value) && value.length <= max) return value;
    this.problems.push(`${path} is not a list of at most ${max}`);
    return [];
  }

  text(value: unknown, path: string, pattern = /\S/): string {
    if (typeof value === 'string' && value.length <= 200 && pattern.test(value)) return value;
    this.problems.push(`${path} does not look like ${pattern}`);
    return '';
  }

  integer(value: unknown, path: string, min: number, max: number): number {
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    this.problems.push(`${path} is not a whole number from ${min} to ${max}`);
    return min;
  }
}

function checkOrder(check: Checker, value: unknown): OrderRequest {
  const order = check.object(value, 'order');
  const lines = check.list(order.lines, 'lines', MAX_LINES).map((line, index) => checkLine(check, line, index));
  if (lines.length === 0) check.problems.push('an order needs at least one line');
  return {
    number: check.text(order.number, 'number', NUMBER),
    customer: checkCustomer(check, order.customer),
    currency: check.text(order.currency, 'currency', /^[A-Z]{3}$/),
    lines,
    coupons: check
      .list(order.coupons ?? [], 'coupons', MAX_COUPONS)
      .map((code, index) => check.text(code, `coupons[${index}]`, /^[A-Z0-9]+$/)),
  };
}

function checkCustomer(check: Checker, value: unknown): Customer {
  const customer = check.object(value, 'customer');
  return {
    name: check.text(customer.name, 'customer.name'),
    email: check.text(customer.email, 'customer.email', EMAIL),
    country: check.text(customer.country, 'customer.country', /^[A-Z]{2}$/),
  };
}

function checkLine(check: Checker, value: unknown, index: number): OrderLine {
  const line = check.object(value, `lines[${index}]`);
  return {
    sku: check.text(line.sku, `lines[${index}].sku`, SKU),
    title: check.text(line.title, `lines[${index}].title`),
    category: check.text(line.category, `lines[${index}].category`, /^[a-z]+$/),
    quantity: check.integer(line.quantity, `lines[${index}].quantity`, 1, 1000),
    unitPrice: check.integer(line.unitPrice, `lines[${index}].unitPrice`, 1, 10_000_000),
  };
}
