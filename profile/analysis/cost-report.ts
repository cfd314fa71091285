import type { Profile } from '../model/profile';
import { formatValue } from '../model/value-format';
import { costSampleType } from './cost';
import { type InvocationRate, invocationRate, timesAMonth } from './invocation-rate';
import { invocationRecords } from './invocation-records';
import { type StackTable, stackTable, totalValue } from './stack-table';

/** What the time in a profile cost: Lambda's price for duration, without requests, the free tier and discounts. */
export interface CostReport {
  /** Of all that the profile holds. */
  nanodollars: number;
  /** Of an invocation on average; absent: the profile has no records of invocations. */
  perInvocation?: number;
  /** Of a month at `rate`; absent: too little time is known. */
  perMonth?: { nanodollars: number; rate: InvocationRate };
}

/** What a profile cost; undefined: it does not tell, see {@link withCost}. */
export function costReport(profile: Profile | StackTable): CostReport | undefined {
  const table = 'stacks' in profile ? profile : stackTable(profile);
  const nanodollars = totalValue(table, costSampleType.type);
  const wallNanos = totalValue(table, 'wall');
  if (nanodollars === undefined || wallNanos === undefined || wallNanos <= 0) return undefined;
  const perNano = nanodollars / wallNanos;
  const records = invocationRecords({ samples: table.stackless });
  const rate = invocationRate(records);
  const recorded = records.reduce((sum, record) => sum + record.wallNanos, 0);
  return {
    nanodollars,
    ...(records.length > 0 && { perInvocation: (recorded / records.length) * perNano }),
    ...(rate && { perMonth: { nanodollars: rate.wallNanos * perNano * timesAMonth(rate), rate } }),
  };
}

/** The report in a line: `$0.0123, $1.23 a million invocations, $34.50 a month at the rate of 2026-11-22 10:00 to 10:10
 * UTC`. */
export function costText({ nanodollars, perInvocation, perMonth }: CostReport): string {
  const dollars = (value: number) => formatValue(value, costSampleType.unit);
  const parts = [dollars(nanodollars)];
  if (perInvocation !== undefined) parts.push(`${dollars(perInvocation * 1e6)} a million invocations`);
  if (perMonth) parts.push(`${dollars(perMonth.nanodollars)} a month at the rate of ${timesText(perMonth.rate)}`);
  return parts.join(', ');
}

/** UTC, to the minute; the day once where it is the same. */
function timesText({ from, to }: InvocationRate): string {
  const [start, end] = [from, to].map((time) => new Date(time).toISOString().slice(0, 16).split('T'));
  return `${start?.join(' ')} to ${start?.[0] === end?.[0] ? end?.[1] : end?.join(' ')} UTC`;
}
