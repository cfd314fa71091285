import type { OrderLine } from '../order';

/** A coupon takes a share of some lines, or an amount off everything. Amounts are in cents of a euro. */
export interface Coupon {
  code: string;
  percent: number;
  amount: number;
  /** Lines that `percent` counts for; absent: all. */
  category?: string;
  /** What the order must be worth at least. */
  minimum: number;
  /** Two coupons of one group cannot be combined. */
  group?: string;
}

const COUPONS: readonly Coupon[] = [
  { code: 'WELCOME10', percent: 10, amount: 0, minimum: 0, group: 'campaign' },
  { code: 'SPRING15', percent: 15, amount: 0, minimum: 5000, group: 'campaign' },
  { code: 'BOOKS5', percent: 5, amount: 0, category: 'books', minimum: 0 },
  { code: 'BOOKS12', percent: 12, amount: 0, category: 'books', minimum: 10_000 },
  { code: 'TOOLS20', percent: 20, amount: 0, category: 'tools', minimum: 20_000 },
  { code: 'GARDEN8', percent: 8, amount: 0, category: 'garden', minimum: 0 },
  { code: 'KITCHEN10', percent: 10, amount: 0, category: 'kitchen', minimum: 8000 },
  { code: 'TOYS25', percent: 25, amount: 0, category: 'toys', minimum: 15_000 },
  { code: 'FIVE', percent: 0, amount: 500, minimum: 4000, group: 'voucher' },
  { code: 'TWENTY', percent: 0, amount: 2000, minimum: 20_000, group: 'voucher' },
  { code: 'LOYAL3', percent: 3, amount: 0, minimum: 0 },
  { code: 'STAFF', percent: 6, amount: 0, minimum: 0 },
];

/** The coupons that give the largest discount together, and that discount in cents of a euro. */
export function bestCoupons(lines: readonly OrderLine[], codes: readonly string[]) {
  const candidates = COUPONS.filter(({ code }) => codes.includes(code));
  let best: { coupons: Coupon[]; discount: number } = { coupons: [], discount: 0 };
  for (const coupons of combinations(candidates)) {
    const discount = discountOf(lines, coupons);
    if (discount > best.discount) best = { coupons, discount };
  }
  return best;
}

/** Every subset whose members can be combined. */
function* combinations(coupons: readonly Coupon[]): Generator<Coupon[]> {
  for (let bits = 1; bits < 1 << coupons.length; bits++) {
    const chosen = coupons.filter((_, index) => bits & (1 << index));
    if (canCombine(chosen)) yield chosen;
  }
}

function canCombine(coupons: readonly Coupon[]): boolean {
  const groups = coupons.flatMap(({ group }) => group ?? []);
  return new Set(groups).size === groups.length;
}

function discountOf(lines: readonly OrderLine[], coupons: readonly Coupon[]): number {
  const worth = lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0);
  if (coupons.some(({ minimum }) => worth < minimum)) return 0;
  let remaining = lines.reduce((sum, line) => sum + discountedLine(line, coupons), 0);
  for (const { amount } of coupons) remaining -= amount;
  return Math.round(worth - Math.max(0, remaining));
}

/** Percentages are taken one after another, so two of 10 % make 19 %. */
function discountedLine(line: OrderLine, coupons: readonly Coupon[]): number {
  return coupons
    .filter(({ category }) => category === undefined || category === line.category)
    .reduce((price, { percent }) => price * (1 - percent / 100), line.quantity * line.unitPrice);
}
