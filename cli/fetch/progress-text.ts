import { formatValue } from '../../profile/model/value-format';
import type { FetchProgress } from '../snapshots/read-snapshots';
import { formatBytes, formatCount } from '../terminal/format';

/** Before this a rate is chance. */
const firstRateMs = 1000;

/**
 * How far a fetch is: `Fetching Orders: 120 of 1,000 snapshots, 5.2 MiB at 1.1 MiB/s, 7 s left`.
 *
 * @param elapsedMs - since it began
 */
export function progressText(what: string, { done, total, bytes }: FetchProgress, elapsedMs: number): string {
  const parts = [`${what}: ${done.toLocaleString('en-US')} of ${formatCount(total, 'snapshot')}`];
  const known = elapsedMs >= firstRateMs && done > 0;
  if (bytes > 0) parts.push(formatBytes(bytes) + (known ? ` at ${formatBytes(bytes / (elapsedMs / 1000))}/s` : ''));
  if (known && done < total) parts.push(`${timeText((elapsedMs / done) * (total - done))} left`);
  return parts.join(', ');
}

/** To the second, and from a minute and a half on to the minute. */
function timeText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 90 ? `${seconds} s` : formatValue(Math.round(seconds / 60) * 60, 'seconds');
}
