import { isReservedLabel, type ReservedLabel } from '../../lib/contract/labels';
import type { Sample } from '../model/profile';

/** An invocation that ended, as the record of it in a `wall` profile tells; see docs/format.md. */
export interface InvocationRecord {
  /** Milliseconds since the epoch, to the microsecond. */
  start: number;
  /** Duration, exact. */
  wallNanos: number;
  /** Processor time of the whole process; 0: unknown, as on Managed Instances. */
  cpuNanos: number;
  coldStart: boolean;
  /** `ok`, `error` or `timeout`. */
  outcome: string;
  /** Version of the Lambda function; empty: unknown. */
  version: string;
  /** Upper end of the bucket of durations that it falls into, milliseconds; 0: unknown. */
  durationBucket: number;
  /** Rank from 1 among the slowest of its snapshot; 0: it is none of these. */
  rank: number;
  /** Execution environment; empty: unknown, as in a snapshot, whose key tells it. */
  instance: string;
  /** Start of the window of its snapshot, milliseconds since the epoch; 0: unknown, as in a snapshot. */
  window: number;
  /** AWS's request id; empty: the record has none, as it is not one of the slowest or failed ones of its snapshot. */
  requestId: string;
  /** Trace id of X-Ray, `1-…`; empty: none. */
  traceId: string;
  /** The user's own. */
  labels: Record<string, string>;
}

/** Whether `sample` stands for an invocation: it has no stack, no value, and says how long the invocation took. */
export function isInvocationRecord({ locations, values, labels }: Sample): boolean {
  return (
    locations.length === 0 &&
    values.every((value) => value === 0) &&
    labels.some((label) => label.key === 'wall' && 'num' in label)
  );
}

/** The records of invocations in a profile, in the order in which they stand there. */
export function invocationRecords({ samples }: { samples: readonly Sample[] }): InvocationRecord[] {
  return samples.filter(isInvocationRecord).map(recordOf);
}

function recordOf({ labels }: Sample): InvocationRecord {
  const number = (key: ReservedLabel): number => {
    for (const label of labels) if (label.key === key && 'num' in label) return Number(label.num);
    return 0;
  };
  const text = (key: ReservedLabel): string => {
    for (const label of labels) if (label.key === key && 'str' in label) return label.str;
    return '';
  };
  return {
    start: number('start') / 1e6,
    wallNanos: number('wall'),
    cpuNanos: number('cpu'),
    coldStart: text('cold_start') === 'true',
    outcome: text('outcome'),
    version: text('version'),
    durationBucket: number('duration'),
    rank: number('slowest'),
    instance: text('instance'),
    window: number('window'),
    requestId: text('request_id'),
    traceId: text('trace_id'),
    labels: Object.fromEntries(
      labels.flatMap((label) => ('str' in label && !isReservedLabel(label.key) ? [[label.key, label.str]] : [])),
    ),
  };
}
