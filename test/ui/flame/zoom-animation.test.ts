import { expect, it } from 'vitest';
import { viewAt } from '../../../ui/flame/zoom-animation';

const animation = { from: { left: 0, right: 1 }, to: { left: 0.4, right: 0.5 }, startMillis: 1000 };

it('A zoom begins where the view was, moves one way, and ends exactly at its goal', () => {
  expect(viewAt(animation, 990)).toEqual({ view: animation.from, done: false });
  const lefts = [1000, 1040, 1080, 1120, 1160].map((now) => viewAt(animation, now).view.left);
  expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
  expect(new Set(lefts).size).toBe(lefts.length);
  expect(viewAt(animation, 60_000)).toEqual({ view: animation.to, done: true });
});
