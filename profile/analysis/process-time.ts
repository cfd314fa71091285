import { Frame } from '../../lib/contract/frames';
import type { Profile } from '../model/profile';
import { formatValue } from '../model/value-format';
import { invocationRecords } from './invocation-records';
import { type StackTable, stackTable, totalValue } from './stack-table';

/** Time in invocations, nanoseconds. */
export interface InvocationTimes {
  /** What was sampled, on the main thread. */
  sampled: { wall: number; cpu: number };
  /** Part of `sampled.wall` that has no sample in it: it may have been computing. */
  notSampled: number;
  /** Invocations by themselves; `cpu` is that of the whole process, 0 where it is not known. */
  records: Iterable<{ wallNanos: number; cpuNanos: number }>;
}

/** V8 itself collects garbage and compiles in threads of its own: only what is more than that is worth a word. */
const leastShare = 0.25;
const leastNanos = 50e6;

/**
 * Processor time of the process that was not on its main thread, in nanoseconds, at least; 0 where that is little, or not
 * known. In time that was not sampled, as that of most cold starts, the main thread may have computed all the while. Of
 * invocations of which no record is kept, it is taken for as much as of the others.
 */
export function timeOutsideMainThread({ sampled, notSampled, records }: InvocationTimes): number {
  let wall = 0;
  let cpu = 0;
  for (const { wallNanos, cpuNanos } of records) {
    if (cpuNanos === 0) continue;
    wall += wallNanos;
    cpu += cpuNanos;
  }
  if (wall === 0) return 0;
  // A file keeps the newest records only.
  const process = cpu * Math.max(1, sampled.wall / wall);
  const unknown = notSampled + Math.max(0, wall - sampled.wall);
  const outside = process - sampled.cpu - unknown;
  return outside >= leastNanos && outside >= leastShare * process ? outside : 0;
}

/** The same of a `wall` profile. */
export function timeOutsideMainThreadOf(profile: Profile | StackTable): number {
  const table = 'stacks' in profile ? profile : stackTable(profile);
  const [wall, cpu] = [totalValue(table, 'wall'), totalValue(table, 'cpu')];
  if (wall === undefined || cpu === undefined) return 0;
  const records = invocationRecords({ samples: table.stackless });
  return timeOutsideMainThread({ sampled: { wall, cpu }, notSampled: notSampledIn(table), records });
}

function notSampledIn({ locations, stacks, starts, sampleTypes, values }: StackTable): number {
  const wall = values[sampleTypes.findIndex(({ type }) => type === 'wall')];
  let sum = 0;
  for (let i = 0; wall !== undefined && i < wall.length; i++) {
    if (starts[i] === starts[i + 1]) continue;
    const leaf = locations[stacks[starts[i]]];
    if (leaf?.lines[0]?.fn.name === Frame.NOT_SAMPLED) sum += wall[i];
  }
  return sum;
}

/** What is said of it. */
export function outsideMainThreadText(nanos: number): string {
  return `${formatValue(nanos, 'nanoseconds')} of processor time were outside of the main thread: worker threads and native threads are not sampled (worker threads: see ProfileType.WORKER)`;
}
