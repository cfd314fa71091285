import { misattributed, type Run, type Stacks, timeIn } from '../../../runtime/waits/support/measured-waits';

/**
 * What a run of a function tells wrongly of where its idle time lay, each as a part of what it should be: for limits
 * of 5 % of `misattributed`, 3 % of `invoked` and 1 % of the others.
 */
export function attributionErrors(ran: Run, stacks: Stacks): Record<string, number> {
  const difference = (functions: readonly string[]) => {
    const idle = timeIn(ran.wall, 'wall', functions) - timeIn(ran.wall, 'cpu', functions);
    return Math.abs(idle / timeIn(ran.wait, 'wait', functions) - 1);
  };
  return {
    /** Idle time that does not lie where the handler measured it. */
    misattributed: misattributed(ran, stacks) / 0.05,
    /** `wall` is all of the time in invocations, as their records have it. */
    invoked: Math.abs(timeIn(ran.wall, 'wall', []) / invokedMs(ran) - 1) / 0.03,
    /** `wall` and `wait` have the same idle time under each stack. */
    wallAndWait: Math.max(...Object.values(stacks).map(difference)) / 0.01,
  };
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
