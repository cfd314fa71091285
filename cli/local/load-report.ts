import { formatValue } from '../../profile/value-format';
import { type Column, tableLines } from '../table';
import { paintFor, printable, type Terminal } from '../terminal';
import { percentile } from './load';
import type { FunctionLoad } from './run-load';

const columns: Column[] = [
  { title: 'function', shorten: 'end' },
  { title: 'invocations', align: 'right' },
  { title: 'errors', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p90', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'cold starts', align: 'right' },
];

/** What the functions did, for a person: response times, and the first error of each. Ends with an empty line. */
export function loadTable(loads: FunctionLoad[], terminal: Terminal): string {
  const rows = loads.map(({ fn, result }) => [
    fn.name,
    result.responseTimes.length.toLocaleString('en-US'),
    result.errors.toLocaleString('en-US'),
    ...[0.5, 0.9, 0.99].map((share) => milliseconds(percentile(result.responseTimes, share))),
    result.coldStarts.toLocaleString('en-US'),
  ]);
  const [titles, ...lines] = tableLines(columns, rows, terminal.width);
  const errors = loads.flatMap(({ fn, result: { firstError, errors: failed } }) =>
    firstError
      ? [
          `${fn.name} failed ${failed} times, first with ${printable(`${firstError.errorType}: ${firstError.errorMessage}`)}`,
        ]
      : [],
  );
  return `${[paintFor(terminal.color).dim(titles), ...lines, ...errors].join('\n')}\n\n`;
}

function milliseconds(value: number): string {
  return Number.isNaN(value) ? '-' : formatValue(value * 1e6, 'nanoseconds');
}

/** The same for programs; percentiles are null where there was no response. */
export function loadJson(loads: FunctionLoad[]): object[] {
  const ms = (value: number) => (Number.isNaN(value) ? null : value);
  return loads.map(({ fn, result }) => ({
    stack: fn.deployed.stackName,
    function: fn.name,
    invocations: result.responseTimes.length,
    errors: result.errors,
    firstError: result.firstError,
    totalMs: result.responseTimes.reduce((sum, time) => sum + time, 0),
    p50Ms: ms(percentile(result.responseTimes, 0.5)),
    p90Ms: ms(percentile(result.responseTimes, 0.9)),
    p99Ms: ms(percentile(result.responseTimes, 0.99)),
    coldStarts: result.coldStarts,
  }));
}
