import { describe, expect, it } from 'vitest';
import { Random } from '../../profile/support/random';
import { misplaced, type Step, simulate, type Task } from './support/simulated-waits';

const INTERVAL_MS = 10;
const request = (waitFor: string, ms: number, rest: object = {}): Step => ({ waitFor, ms, ...rest });
const timer = (waitFor: string, ms: number): Step => ({ waitFor, ms, kind: 'timer' });
const work = (ms: number): Step => ({ work: ms });
const times = (count: number, steps: Task): Task => Array.from({ length: count }, () => steps).flat();

/** Tasks that run next to each other: the shapes of `network-waits.ts`, `native-waits.ts` and `http2-waits.ts`. */
const cases: Record<string, readonly Task[]> = {
  'one after the other': [[request('first', 150), work(1), timer('second', 100), work(1), request('third', 150)]],
  'Promise.all': [[request('long', 300)], [request('short', 100)]],
  'a request that a timer guards': [[request('guarded', 150, { guard: 1000 }), work(2), request('other', 200)]],
  'retries with backoff': [
    [
      ...[1, 2, 4].flatMap((n) => [request('attempt', 60), work(1), timer('backoff', 40 * n), work(1)]),
      request('attempt', 60),
    ],
  ],
  'a stream': [[request('head', 100), request('body', 250, { parts: [100, 200] })]],
  'streams beside each other': [
    [request('parts', 400, { parts: [100, 200, 300] })],
    [request('late', 150), request('late body', 200)],
  ],
  'files that are read one after the other': [
    [
      ...times(60, [request('promised', 3), work(0.4)]),
      timer('pause', 100),
      ...times(60, [request('called', 3), work(0.4)]),
      ...times(60, [request('handled', 3), work(0.4)]),
    ],
  ],
  'files that are read together': Array.from({ length: 3 }, () => times(40, [request('all', 4), work(0.3)])),
  'passwords that are derived': [
    [...times(4, [request('derived', 50), work(0.2)]), timer('pause', 100), ...times(4, [request('scrypted', 50)])],
  ],
  'requests with work between them': [times(20, [request('ask', 40), work(12), request('answer', 25), work(7)])],
};

/** On average over where V8's samples fall, each tenth of an interval. */
function averageMisplaced(tasks: readonly Task[]): number {
  const phases = Array.from({ length: INTERVAL_MS }, (_, n) => n + 0.5);
  return phases.reduce((sum, due) => sum + misplaced(simulate(tasks, INTERVAL_MS, due)), 0) / phases.length;
}

describe('idle time lies under what ended it, to 5 %, on a simulated clock', () => {
  it.each(Object.entries(cases))('of %s', (_name, tasks) => {
    expect(averageMisplaced(tasks)).toBeLessThan(0.05);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of many tasks beside each other (%d)', (seed) => {
    const random = new Random(seed);
    const tasks = Array.from({ length: 1 + random.below(6) }, (_, task) =>
      Array.from({ length: 40 }, (_, n): Step => {
        if (n % 2 === 1) return work(random.fraction() ** 2 * 6);
        const ms = 5 + 200 * random.fraction() ** 2;
        const guard = random.chance(0.3) ? { guard: ms * (1 + random.fraction()) } : {};
        return { waitFor: `task ${task}`, ms, kind: random.chance(0.2) ? 'timer' : 'request', ...guard };
      }),
    );
    expect(averageMisplaced(tasks)).toBeLessThan(0.05);
  });

  it('whatever else is pending: a thousand operations that nobody answers', () => {
    const open = Array.from({ length: 1_000 }, (_, n): Task => [request(`open ${n}`, 60_000)]);
    const { measured, told } = simulate([...open, times(100, [request('asked', 50), work(1)])], INTERVAL_MS, 3);
    const asked = measured.get('asked') ?? 0;
    expect(Math.abs((told.get('asked') ?? 0) / asked - 1)).toBeLessThan(0.05);
  });

  it('of more waits than are kept: their share is drawn, to 8 %', () => {
    const random = new Random(9);
    const task = Array.from({ length: 6_000 }, () => {
      const n = random.below(3);
      return [request(`kind ${n}`, 2 + 3 * n), work(0.2)];
    }).flat();
    expect(averageMisplaced([task])).toBeLessThan(0.08);
  });
});
