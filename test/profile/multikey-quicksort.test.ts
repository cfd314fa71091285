import { expect, it } from 'vitest';
import { multikeyQuicksort, type Words } from '../../profile/merge/multikey-quicksort';
import { Random } from './support/random';

function wordsOf(words: readonly number[][]): Words {
  const starts = [0];
  for (const word of words) starts.push((starts.at(-1) as number) + word.length);
  return { letters: Int32Array.from(words.flat()), starts: Int32Array.from(starts) };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((letter, i) => letter !== b[i]);
  if (at < 0) return a.length - b.length;
  return at < b.length ? a[at] - b[at] : 1;
}

it('Words are sorted by letters, and a word comes before those that begin with it', () => {
  const random = new Random(3);
  for (const [letters, longest] of [
    [2, 12],
    [5, 4],
    [1000, 3],
  ] as const) {
    const all = Array.from({ length: 3000 }, () =>
      Array.from({ length: random.below(longest) }, () => random.below(letters)),
    );
    const words = [...new Map(all.map((word) => [word.join(), word])).values()];
    const sorted = [...multikeyQuicksort(wordsOf(words))].map((index) => words[index]);
    expect(sorted).toEqual([...words].sort(compare));
  }
});

it('None, one, and two very long ones that differ at their ends are no trouble', () => {
  expect([...multikeyQuicksort(wordsOf([]))]).toEqual([]);
  expect([...multikeyQuicksort(wordsOf([[7]]))]).toEqual([0]);
  const long = new Array<number>(100_000).fill(1);
  const many = Array.from({ length: 20 }, (_, i) => [...long, 20 - i]);
  expect([...multikeyQuicksort(wordsOf(many))]).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
});
