import { expect, it } from 'vitest';
import type { CpuProfile } from '../../../runtime/cpu/cpu-sampler';
import { slicesOf } from '../../../runtime/cpu/slices';
import { blocksOf } from '../../../runtime/loop/blocks';

const [ROOT, IDLE, GC, TURN, WORK, OTHER] = [1, 2, 3, 4, 5, 6];
const node = (id: number, functionName: string, children: number[] = []) => ({
  id,
  callFrame: {
    functionName,
    scriptId: '0',
    url: functionName.startsWith('(') ? '' : 'file:///a.js',
    lineNumber: 0,
    columnNumber: 0,
  },
  hitCount: 0,
  children,
});

/** The lengths of blocks of at least 20 ms, milliseconds, in samples of 10 ms each. */
function blocks(samples: number[], windows = [{ start: 0, end: 1e9 }]): number[] {
  const profile: CpuProfile = {
    nodes: [
      node(ROOT, '(root)', [IDLE, GC, TURN, OTHER]),
      node(IDLE, '(idle)'),
      node(GC, '(garbage collector)'),
      node(TURN, 'turn', [WORK]),
      node(WORK, 'work'),
      node(OTHER, 'other'),
    ],
    startTime: 0,
    endTime: samples.length * 10_000,
    samples,
    timeDeltas: samples.map(() => 10_000),
  };
  const slices = slicesOf(profile, windows, 0);
  return blocksOf(profile, slices, 20_000).map(({ time }) => time / 1000);
}

it('a block is a time in which the thread was never idle', () => {
  expect(blocks([IDLE, WORK, WORK, TURN, IDLE, WORK, IDLE, TURN, WORK])).toEqual([30, 20]);
});

it('a block goes on while garbage is collected', () => {
  expect(blocks([WORK, GC, WORK, IDLE])).toEqual([30]);
});

it('a block ends where another turn begins in another function, and with the invocation', () => {
  expect(blocks([WORK, WORK, OTHER, OTHER, IDLE])).toEqual([20, 20]);
  expect(
    blocks(
      [WORK, WORK, WORK, WORK],
      [
        { start: 0, end: 25_000 },
        { start: 25_000, end: 40_000 },
      ],
    ),
  ).toEqual([25]);
});

it('there is none where nothing held the thread', () => {
  expect(blocks([])).toEqual([]);
  expect(blocks([IDLE, WORK, IDLE])).toEqual([]);
});
