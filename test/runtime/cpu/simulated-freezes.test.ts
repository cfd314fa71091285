import { describe, expect, it } from 'vitest';
import { cpuToPprof } from '../../../runtime/cpu/cpu-to-pprof';
import { sampledWindows } from '../../../runtime/cpu/sampled-windows';
import { identity } from '../support/function-identity';
import { total } from '../support/harness';
import { SimulatedProfile } from '../support/simulated-profile';

const MS = 1_000;
const INTERVAL_MS = 10;
/** Much longer than the invocations together. */
const FREEZE_MS = 100_000;

/** Milliseconds of each activity in three invocations, the third after a freeze: as they were, and as they are told. */
function phases(leave: 'nothing' | 'a timer' | 'work', due: number) {
  const life = new SimulatedProfile(INTERVAL_MS * MS, due * MS);
  const known: Record<string, number> = {};
  const windows: { start: number; end: number; labels: [] }[] = [];
  const pass = (activity: string, ms: number) => {
    life.pass(activity, ms * MS);
    known[activity] = (known[activity] ?? 0) + ms;
  };
  for (const frozen of [false, false, true]) {
    if (frozen) {
      life.pass(leave === 'work' ? 'workOn' : '(idle)', 4 * MS);
      life.freeze(FREEZE_MS * MS);
      // What was under way goes on before the runtime has the event.
      if (leave === 'work') life.pass('workOn', 2 * MS);
    }
    life.pass('(idle)', 1 * MS);
    const start = life.now;
    pass('parse', 121);
    if (frozen && leave === 'work') pass('workOn', 35);
    pass('(idle)', 118);
    pass('render', 83);
    windows.push({ start, end: life.now, labels: [] });
    life.pass('(idle)', 1 * MS);
  }
  const profile = cpuToPprof(sampledWindows({ profile: life.profile, intervalMs: INTERVAL_MS }, windows), identity);
  const told = (activity: string) => total(profile, 'wall', activity) / 1e6;
  return { known, told, wallMs: total(profile, 'wall') / 1e6 };
}

describe.each(['nothing', 'a timer', 'work'] as const)(
  'with %s under way, a freeze between two invocations',
  (leave) => {
    it.each([1, 3, 5, 7, 9])('is not counted, wherever V8’s samples fall (%d)', (due) => {
      const { known, told, wallMs } = phases(leave, due);
      for (const [activity, ms] of Object.entries(known)) {
        // One interval at each of its ends in each of three invocations.
        expect(Math.abs(told(activity) - ms), activity).toBeLessThan(3 * INTERVAL_MS);
      }
      expect(wallMs).toBeCloseTo(Object.values(known).reduce((sum, ms) => sum + ms));
    });
  },
);
