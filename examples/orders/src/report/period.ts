const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS = 366;

/** The days up to a moment. */
export interface PeriodRequest {
  days: number;
  /** ISO 8601. @default - now */
  until?: string;
}

export class PeriodError extends Error {
  override readonly name = 'PeriodError';
}

/** @throws PeriodError when the request names no moment, or no number of days that is allowed */
export function parsePeriod({ days, until }: PeriodRequest, now: Date): { from: Date; to: Date } {
  const to = until === undefined ? now : new Date(until);
  if (Number.isNaN(to.getTime()))
    throw new PeriodError(`'until' is no date: ${until}. Write it as 2026-01-31T05:00:00Z.`);
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new PeriodError(`'days' is ${days}: give a whole number from 1 to ${MAX_DAYS}.`);
  }
  return { from: new Date(to.getTime() - days * DAY_MS), to };
}
