import { Frame } from '../lib/contract/frames';
import type { Profile } from '../profile/model/profile';

/** A stretch of time, microseconds on the monotonic clock, which all processes of a machine share. */
export interface Stretch {
  from: number;
  to: number;
}

/** What `handlers/phases.cjs` reports about an invocation. */
export interface PhasesRun {
  invocation: Stretch;
  spans: (Stretch & { name: string })[];
}

/** Milliseconds by phase: `parse`, `render` and `workOn` are busy, `wait` is idle. */
export type PhaseTimes = Record<'parse' | 'render' | 'workOn' | 'wait', number>;

/** How long each phase ran inside the invocations while the process was not frozen. */
export function knownTimes(runs: readonly PhasesRun[], frozen: readonly Stretch[]): PhaseTimes {
  const spans = runs.flatMap((run) => run.spans);
  const of = (name: string) =>
    spans.filter((span) => span.name === name).flatMap((span) => runs.flatMap((run) => common(span, run.invocation)));
  const active = (stretches: Stretch[]) =>
    (length(stretches) - length(stretches.flatMap((stretch) => frozen.flatMap((freeze) => common(stretch, freeze))))) /
    1000;
  const waits = of('wait');
  const whileWaiting = of('workOn').flatMap((work) => waits.flatMap((wait) => common(work, wait)));
  return {
    parse: active(of('parse')),
    render: active(of('render')),
    workOn: active(of('workOn')),
    wait: active(waits) - active(whileWaiting),
  };
}

/** How long each phase ran as the profiles tell. */
export function profiledTimes(profiles: readonly Profile[]): PhaseTimes {
  const times: PhaseTimes = { parse: 0, render: 0, workOn: 0, wait: 0 };
  for (const { sampleTypes, samples } of profiles) {
    const wall = sampleTypes.findIndex(({ type }) => type === 'wall');
    for (const { locations, values } of samples) {
      addTime(
        times,
        locations.map(({ lines: [line] }) => line.fn.name),
        Number(values[wall]) / 1e6,
      );
    }
  }
  return times;
}

/** Adds a stack's time, leaf first, to the phase that it belongs to. */
export function addTime(times: PhaseTimes, stack: readonly string[], milliseconds: number): void {
  for (const phase of ['parse', 'render', 'workOn'] as const) if (stack.includes(phase)) times[phase] += milliseconds;
  if (stack[0] === Frame.IDLE) times.wait += milliseconds;
}

function common(a: Stretch, b: Stretch): Stretch[] {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from < to ? [{ from, to }] : [];
}

function length(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + to - from, 0);
}
