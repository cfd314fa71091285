import { formatValue } from '../../profile/model/value-format';
import { formatCount } from '../terminal/format';
import { paintFor } from '../terminal/printable';
import { type Column, tableLines } from '../terminal/table';
import type { Terminal } from '../terminal/terminal';
import { errorCount, type LoadResult, percentile } from './load';

/** A function, and what it did under load. */
export interface NamedLoad {
  name: string;
  result: LoadResult;
}

interface LoadColumn extends Column {
  cell(load: NamedLoad): string;
  /** Whether it has anything to say. @default - always */
  shown?(result: LoadResult): boolean;
}

const columns: LoadColumn[] = [
  { title: 'function', shorten: 'end', cell: ({ name }) => name },
  { title: 'invocations', align: 'right', cell: ({ result }) => count(result.responseTimes.length) },
  { title: 'errors', align: 'right', cell: ({ result }) => count(errorCount(result)) },
  {
    title: 'throttled',
    align: 'right',
    cell: ({ result }) => count(result.throttled),
    shown: ({ throttled }) => throttled > 0,
  },
  ...([0.5, 0.9, 0.99, 1] as const).map(
    (share): LoadColumn => ({
      title: share === 1 ? 'max' : `p${share * 100}`,
      align: 'right',
      cell: ({ result }) => milliseconds(percentile(result.responseTimes, share)),
    }),
  ),
  {
    title: 'cold starts',
    align: 'right',
    optional: true,
    cell: ({ result }) => (result.coldStartsKnown > 0 ? count(result.coldStarts) : 'unknown'),
  },
  {
    title: 'init p50',
    align: 'right',
    optional: true,
    cell: ({ result }) => milliseconds(percentile(result.initTimes, 0.5)),
    shown: ({ initTimes }) => initTimes.length > 0,
  },
];

/**
 * What the functions did, for a person: response times, the errors of each, and more `remarks`. Ends with an empty line.
 */
export function loadTable(loads: NamedLoad[], terminal: Terminal, more: string[] = []): string {
  const shown = columns.filter((column) => loads.some(({ result }) => column.shown?.(result) ?? true));
  const rows = loads.map((load) => shown.map((column) => column.cell(load)));
  const [titles, ...lines] = tableLines(shown, rows, terminal.width);
  const remarks = loads.flatMap(({ name, result }) => [
    ...result.errors.map(({ errorType, errorMessage, count: times }) =>
      // Lines of the message stay lines, none of which looks like one of ours.
      `${name} failed ${times === 1 ? 'once' : `${times} times, first`} with ${errorType}: ${errorMessage.trimEnd()}`.replaceAll(
        '\n',
        '\n  ',
      ),
    ),
    ...(result.late > 0
      ? [`${formatCount(result.late, 'invocation')} of ${name} started late: more --concurrency keeps the rate`]
      : []),
  ]);
  return `${[paintFor(terminal.color).dim(titles), ...lines, ...remarks, ...more].join('\n')}\n\n`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function milliseconds(value: number): string {
  return Number.isNaN(value) ? '-' : formatValue(value * 1e6, 'nanoseconds');
}

/** The same for programs; what is not known is null. */
export function loadJson(result: LoadResult): object {
  const ms = (value: number) => (Number.isNaN(value) ? null : value);
  const { responseTimes, initTimes, elapsedMs } = result;
  return {
    invocations: responseTimes.length,
    errors: errorCount(result),
    errorTypes: result.errors,
    throttled: result.throttled,
    late: result.late,
    elapsedMs,
    invocationsPerSecond: elapsedMs > 0 ? (responseTimes.length / elapsedMs) * 1000 : null,
    totalMs: responseTimes.reduce((sum, time) => sum + time, 0),
    p50Ms: ms(percentile(responseTimes, 0.5)),
    p90Ms: ms(percentile(responseTimes, 0.9)),
    p99Ms: ms(percentile(responseTimes, 0.99)),
    maxMs: ms(percentile(responseTimes, 1)),
    coldStarts: result.coldStartsKnown > 0 ? result.coldStarts : null,
    initP50Ms: ms(percentile(initTimes, 0.5)),
    initMaxMs: ms(percentile(initTimes, 1)),
  };
}
