import { expect } from 'vitest';
import { misattributed, type Run, type Stacks, timeIn } from './measured-waits';

/** Expects of idle time that it lies where it was measured, in `wait` and in `wall`. */
export function expectAttributed(ran: Run, stacks: Stacks): void {
  expect(misattributed(ran, stacks)).toBeLessThan(0.05);
  for (const functions of Object.values(stacks)) {
    const idle = timeIn(ran.wall, 'wall', functions) - timeIn(ran.wall, 'cpu', functions);
    expect(idle / timeIn(ran.wait, 'wait', functions)).toBeCloseTo(1, 2);
  }
}
