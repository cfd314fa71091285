import type { Micros } from '../../../../runtime/clock';
import { sampledWindows } from '../../../../runtime/cpu/sampled-windows';
import { StackFrames } from '../../../../runtime/stacks/stack-frames';
import type { Operation, OperationKind } from '../../../../runtime/waits/operation';
import { waitToPprof } from '../../../../runtime/waits/wait-to-pprof';
import { WakeLog } from '../../../../runtime/waits/wake-log';
import { identity } from '../../support/function-identity';
import { SimulatedProfile } from '../../support/simulated-profile';

/** What a task does next; times in milliseconds. */
export type Step =
  | { work: number }
  | {
      waitFor: string;
      ms: number;
      kind?: OperationKind;
      /** A timer that is due after so long, and that is cleared when the wait is over. */
      guard?: number;
      /** Parts that come before the end, each at its time. */
      parts?: readonly number[];
    };

/** One after the other. */
export type Task = readonly Step[];

interface Event {
  at: Micros;
  handle(): void;
}

/** Where idle time lay, and where the profile says so; microseconds by what was waited for. */
export interface Simulated {
  /** With the work that its end led to, as a handler would measure it. */
  measured: ReadonlyMap<string, Micros>;
  told: ReadonlyMap<string, Micros>;
}

/**
 * An event loop with a clock of its own, which runs tasks next to each other as `Promise.all` would: each instant at which
 * the thread idles is the wait of the operation whose event ends it. The log of wake-ups is ours, samples are V8's.
 *
 * @param due when V8 takes its first sample, milliseconds
 */
export function simulate(tasks: readonly Task[], intervalMs: number, due: number): Simulated {
  const thread = new SimulatedProfile(intervalMs * 1000, due * 1000);
  const log = new WakeLog(0);
  const measured = new Map<string, Micros>();
  const add = (what: string, micros: Micros) => measured.set(what, (measured.get(what) ?? 0) + micros);
  const events: (Event & { what: string })[] = [];

  const goOn = (task: Task, from: number, after = '(start)'): void => {
    for (let i = from; i < task.length; i++) {
      const step = task[i];
      if ('work' in step) {
        thread.pass('work', step.work * 1000);
        add(after, step.work * 1000);
      } else {
        wait(step, () => goOn(task, i + 1, step.waitFor));
        return;
      }
    }
  };
  const wait = (step: Exclude<Step, { work: number }>, then: () => void): void => {
    const { waitFor: what, ms, kind = 'request', guard, parts = [] } = step;
    const timer = guard === undefined ? undefined : operation(`guard of ${what}`, thread.now, 'timer');
    if (timer) log.start(timer);
    const awaited = operation(what, thread.now, kind);
    log.start(awaited);
    for (const part of parts) {
      events.push({
        at: thread.now + part * 1000,
        what,
        handle: () => log.progress(awaited, thread.now, what),
      });
    }
    events.push({
      at: thread.now + ms * 1000,
      what,
      handle() {
        log.wake(awaited, thread.now);
        if (timer) {
          timer.cancelled = true;
          log.forget(timer);
        }
        then();
      },
    });
  };

  for (const task of tasks) goOn(task, 0);
  while (events.length > 0) {
    events.sort((a, b) => a.at - b.at);
    const [{ at, what, handle }] = events.splice(0, 1);
    const idle = Math.max(0, at - thread.now);
    add(what, idle);
    thread.pass('(idle)', idle);
    handle();
  }
  return { measured, told: toldBy(thread, log, intervalMs) };
}

function operation(what: string, start: Micros, kind: OperationKind): Operation {
  const origin = { captured: undefined, cause: undefined, depth: 1, isCallback: false, chance: 1, frames: [] };
  return { kind, what, start, origin };
}

function toldBy({ profile, now }: SimulatedProfile, log: WakeLog, intervalMs: number): Map<string, Micros> {
  const windows = [{ start: 0, end: now, labels: [] }];
  const recorded = { stretches: log.take(now).stretches, stackFrames: new StackFrames('', '') };
  const waits = waitToPprof(sampledWindows({ profile, intervalMs }, windows), identity, recorded);
  const told = new Map<string, Micros>();
  for (const { locations, values } of waits?.samples ?? []) {
    const name = locations[0].lines[0].fn.name.replace(/^\(waiting: (.*)\)$/, '$1');
    told.set(name, (told.get(name) ?? 0) + Number(values[1]) / 1000);
  }
  return told;
}

/** The part of the idle time that the profile puts under something else, from 0 to 1. */
export function misplaced({ measured, told }: Simulated): number {
  const sum = (times: Iterable<Micros>) => [...times].reduce((all, time) => all + time, 0);
  const right = sum([...measured].map(([what, time]) => Math.min(time, told.get(what) ?? 0)));
  return 1 - right / sum(told.values());
}
