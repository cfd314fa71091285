import { expect, it } from 'vitest';
import { didYouMean, nearest } from '../../../cli/terminal/nearest';

const types = ['wall', 'heap', 'init', 'wait', 'gc'];

it.each([
  ['wal', 'wall'],
  ['Wall', 'wall'],
  ['hepa', 'heap'],
  ['inti', 'init'],
  ['gcc', 'gc'],
  ['wallclock', undefined],
  ['memory', undefined],
  ['', undefined],
])('%j may be a slip of %j', (word, name) => {
  expect(nearest(word, types)).toBe(name);
});

it('of several the nearest one', () => {
  expect(nearest('Chekout', ['Check', 'Checkout', 'Check-out'])).toBe('Checkout');
  expect(nearest('a'.repeat(5000), ['b'.repeat(5000)])).toBeUndefined();
});

it('is asked in a sentence', () => {
  expect([didYouMean('wal', types), didYouMean('x', [])]).toEqual(['Did you mean wall? ', '']);
});
