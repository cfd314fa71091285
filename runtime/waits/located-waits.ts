import type { StackFrames } from '../stacks/stack-frames';
import { attribute, type IdleTime, type Wait, waitedFor, waitedForTogether } from './attribute';
import { lendOrigins } from './lend-origins';
import type { RecordedWaits } from './observer';
import type { Operation } from './operation';

/** What idle times were spent on, as `attribute` has it, with the frames of all that was pending. */
export function locatedWaits<I extends IdleTime>(
  idleTimes: readonly I[],
  { stretches, stackFrames }: RecordedWaits,
): Wait<I>[] {
  const waits = attribute(idleTimes, stretches);
  const times = new Map<Operation, number>();
  for (const { time, stretch } of waits) {
    if (!stretch) continue;
    const owners = waitedFor(stretch);
    for (const operation of new Set([...owners, ...waitedForTogether(stretch)])) {
      const owned = owners.includes(operation) ? time / owners.length : 0;
      times.set(operation, (times.get(operation) ?? 0) + owned);
    }
  }
  locate(times, stackFrames);
  return waits;
}

/** Gives the operations' origins their frames. */
export function locate(weights: ReadonlyMap<Operation, number>, stackFrames: StackFrames): void {
  lendOrigins(weights);
  stackFrames.fill([...weights.keys()].map(({ origin }) => origin));
}
