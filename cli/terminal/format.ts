import { formatValue } from '../../profile/model/value-format';

/** A size: `12 B`, `3.4 KiB`. */
export function formatBytes(bytes: number): string {
  return formatValue(bytes, 'bytes');
}

/** `1 snapshot`, `2 snapshots`, `1,200 snapshots`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;
}

/** A period in UTC, to the second. The day is printed once if both instants share it, and so is the instant. */
export function formatTimeRange(from: Date, to: Date): string {
  const [fromDay, fromTime] = dayAndTime(from);
  const [toDay, toTime] = dayAndTime(to);
  if (fromDay !== toDay) return `${fromDay} ${fromTime} to ${toDay} ${toTime} UTC`;
  return `${fromDay} ${fromTime}${fromTime === toTime ? '' : ` to ${toTime}`} UTC`;
}

/** An instant, UTC, to the minute. */
export function formatInstant(instant: Date): string {
  return instant.toISOString().slice(0, 16).replace('T', ' ');
}

function dayAndTime(instant: Date): [day: string, time: string] {
  const iso = instant.toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
}
