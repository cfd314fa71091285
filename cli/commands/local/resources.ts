import { vcpusOf } from '../../../local/lambda/control-group';
import { formatValue } from '../../../profile/model/value-format';
import { formatCount } from '../../terminal/format';
import type { FunctionLoad } from './run-load';

/** What a function had of memory and processor, and what came of it, for a person. */
export function resourceRemarks({ fn, result, throttledMs, killedAfterResponse }: FunctionLoad): string[] {
  const { memoryMb, timeoutSeconds } = fn.deployed;
  const remarks = [];
  if (throttledMs !== undefined) {
    const had = `${fn.name} had ${memoryMb} MB and ${vcpusOf(memoryMb).toFixed(2)} vCPU`;
    const waited = throttledMs < leastThrottledMs ? 'not throttled' : `throttled for ${milliseconds(throttledMs)}`;
    remarks.push(`${had}: ${waited} in ${formatCount(result.responseTimes.length, 'invocation')}`);
  }
  if (killedAfterResponse > 0) {
    remarks.push(
      `${formatCount(killedAfterResponse, 'instance')} of ${fn.name} ended after a response, at the timeout of ${timeoutSeconds} s`,
    );
  }
  return remarks;
}

/** The same for programs. Without Lambda's share, nothing is throttled. */
export function resourcesJson({ fn, throttledMs, killedAfterResponse }: FunctionLoad): object {
  const { memoryMb } = fn.deployed;
  return {
    resources: throttledMs === undefined ? null : { memoryMb, vcpus: vcpusOf(memoryMb), throttledMs },
    killedAfterResponse,
  };
}

/** The kernel counts in fractions of a millisecond. */
const leastThrottledMs = 1;

function milliseconds(value: number): string {
  return formatValue(value * 1e6, 'nanoseconds');
}
