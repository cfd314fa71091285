import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../../ui/source/excerpt';

const none = new Set<number>();
const text = (length: number, lines: number[], opened = none) =>
  excerptOf(length, lines, opened).map(({ from, to, isShown }) => (isShown ? `${from}-${to}` : `(${from}-${to})`));

describe('what is shown of a file', () => {
  it('is all of a short one', () => {
    expect(text(300, [5])).toEqual(['1-300']);
    expect(text(0, [])).toEqual([]);
  });

  it('is what lies around the lines that matter', () => {
    expect(text(1000, [500, 3])).toEqual(['1-11', '(12-491)', '492-508', '(509-1000)']);
    expect(text(1000, [992])).toEqual(['(1-983)', '984-1000']);
  });

  it('has no gap that hides next to nothing', () => {
    expect(text(1000, [100, 119])).toEqual(['(1-91)', '92-127', '(128-1000)']);
  });

  it('opens gaps', () => {
    expect(text(1000, [500], new Set([1]))).toEqual(['1-508', '(509-1000)']);
  });

  it('has every line once, whatever lines are asked for', () => {
    const lines = [-3, 0, 1, 1, 2, 9, 30, 31, 700, 999, 1000, 1001, 5000];
    const stretches = excerptOf(1000, lines, none);
    expect(stretches[0].from).toBe(1);
    expect(stretches.at(-1)?.to).toBe(1000);
    for (let i = 1; i < stretches.length; i++) expect(stretches[i].from).toBe(stretches[i - 1].to + 1);
  });
});
