import { expect } from 'vitest';
import { misattributed, type Run, type Stacks, timeIn } from './measured-waits';

/**
 * Expects of idle time that it lies where it was measured, in `wait` and in `wall`, and of `wall` that it is all of the
 * time in invocations, as their records have it.
 */
export function expectAttributed(ran: Run, stacks: Stacks): void {
  expect(timeIn(ran.wall, 'wall', []) / invokedMs(ran)).toBeGreaterThan(0.97);
  expect(timeIn(ran.wall, 'wall', []) / invokedMs(ran)).toBeLessThan(1.03);
  expect(misattributed(ran, stacks)).toBeLessThan(0.05);
  for (const functions of Object.values(stacks)) {
    const idle = timeIn(ran.wall, 'wall', functions) - timeIn(ran.wall, 'cpu', functions);
    expect(idle / timeIn(ran.wait, 'wait', functions)).toBeCloseTo(1, 2);
  }
}

/** How long the invocations were, milliseconds. */
function invokedMs({ wall }: Run): number {
  const durations = wall.flatMap(({ samples }) =>
    samples
      .filter(({ locations }) => locations.length === 0)
      .map(({ labels }) => labels.find(({ key }) => key === 'wall')),
  );
  return durations.reduce((sum, label) => sum + (label && 'num' in label ? Number(label.num) / 1e6 : 0), 0);
}
