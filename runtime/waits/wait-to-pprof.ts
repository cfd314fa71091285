import { Frame } from '../../lib/contract/frames';
import type { Label, Location, Profile } from '../../profile/model/profile';
import { profileOfWindows } from '../cpu/profile-of-windows';
import { idleSlices, type SampledWindows } from '../cpu/sampled-windows';
import { Frames } from '../frames';
import { type FunctionIdentity, mappingOf } from '../function-identity';
import { StackTable, waitName } from '../stacks/stack-table';
import { waitedFor, waitedForTogether } from './attribute';
import { locatedWaits } from './located-waits';
import type { RecordedWaits } from './observer';
import type { Operation, Stretch } from './operation';

/** Nanoseconds, but for `waits`. */
interface WaitTime {
  labels: readonly Label[];
  stack: Location[];
  waits: number;
  wait: number;
  shared: number;
}

/**
 * What invocations waited for, by the stack that started it: `waits` and `wait` of the operation whose event ended
 * the waiting, `shared` in equal parts of all that were pending meanwhile. Idle time that is nobody's is `(idle)`.
 *
 * @returns undefined if the thread was never idle
 */
export function waitToPprof(
  sampled: SampledWindows,
  identity: FunctionIdentity,
  recorded: RecordedWaits,
): Profile | undefined {
  const idle = idleSlices(sampled.profile, sampled.slices);
  if (idle.length === 0) return undefined;
  const waits = locatedWaits(idle, recorded);

  const mapping = mappingOf(identity);
  const stacks = new StackTable(new Frames(mapping, identity));
  const times = new Map<readonly Label[], Map<Location[], WaitTime>>();
  const at = (labels: readonly Label[], stack: Location[]): WaitTime => {
    const byStack = times.get(labels) ?? new Map<Location[], WaitTime>();
    times.set(labels, byStack);
    const time = byStack.get(stack) ?? { labels, stack, waits: 0, wait: 0, shared: 0 };
    byStack.set(stack, time);
    return time;
  };
  const counted = new Set<Stretch>();
  for (const { idle, time, stretch } of waits) {
    const { labels } = idle.window;
    const nanos = time * 1000;
    if (!stretch) {
      const nobodys = at(labels, stacks.of(Frame.IDLE));
      nobodys.wait += nanos;
      nobodys.shared += nanos;
      continue;
    }
    const stackOf = (operation: Operation) =>
      stacks.of(waitName(operation === stretch.operation ? stretch.what : operation.what), operation.origin.frames);
    const owners = waitedFor(stretch);
    for (const owner of owners) at(labels, stackOf(owner)).wait += nanos / owners.length;
    const sharers = waitedForTogether(stretch);
    for (const sharer of sharers) at(labels, stackOf(sharer)).shared += nanos / sharers.length;
    if (!counted.has(stretch)) at(labels, stackOf(owners[0])).waits += Math.max(1, stretch.waits);
    counted.add(stretch);
  }

  const sampleTypes = [
    { type: 'waits', unit: 'count' },
    { type: 'wait', unit: 'nanoseconds' },
    { type: 'shared', unit: 'nanoseconds' },
  ];
  const result = profileOfWindows(sampleTypes, 'wait', sampled, mapping);
  result.samples = [...times.values()].flatMap((byStack) =>
    [...byStack.values()].map(({ labels, stack, waits, wait, shared }) => ({
      locations: stack,
      values: [waits, Math.round(wait), Math.round(shared)],
      labels: [...labels],
    })),
  );
  return result;
}
