import { expect, it } from 'vitest';
import { pannedView, viewAfterKey, zoomedView } from '../../../ui/flame/free-view';

const whole = { left: 0, right: 1 };

it('zooming keeps the place under the pointer', () => {
  expect(zoomedView(whole, 0.5, 2)).toEqual({ left: 0.25, right: 0.75 });
  const view = { left: 0.2, right: 0.6 };
  const closer = zoomedView(view, 0.25, 4);
  expect(closer.left + 0.25 * (closer.right - closer.left)).toBeCloseTo(0.3);
  expect(closer.right - closer.left).toBeCloseTo(0.1);
});

it('zooming out ends at the whole, zooming in where numbers end', () => {
  expect(zoomedView({ left: 0.9, right: 1 }, 1, 1 / 100)).toEqual(whole);
  const { left, right } = zoomedView(whole, 0.5, 1e30);
  expect(right).toBeGreaterThan(left);
});

it('panning ends at the edges', () => {
  expect(pannedView({ left: 0.2, right: 0.4 }, 0.5).left).toBeCloseTo(0.3);
  expect(pannedView({ left: 0.75, right: 1 }, 9)).toEqual({ left: 0.75, right: 1 });
  expect(pannedView({ left: 0.75, right: 1 }, -9)).toEqual({ left: 0, right: 0.25 });
});

it('plus and minus undo each other, other keys do nothing', () => {
  const closer = viewAfterKey(whole, '+', 0.5);
  const back = closer && viewAfterKey(closer, '-', 0.5);
  expect(back?.left).toBeCloseTo(0);
  expect(back?.right).toBeCloseTo(1);
  expect(viewAfterKey(whole, 'x', 0.5)).toBeUndefined();
});
