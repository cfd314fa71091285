import { describe, expect, it } from 'vitest';
import { LinearPattern } from '../../profile/analysis/linear-pattern/linear-pattern';
import { PatternError } from '../../profile/analysis/linear-pattern/pattern-error';

/** What Go's regexp makes of patterns is compared in test/conformance/pprof-samples.test.ts. */
describe('LinearPattern', () => {
  it.each([
    ['malloc|operator new', ['malloc', 'operator new'], ['xmalloc', 'malloc ', '']],
    ['a.c', ['abc', 'a🔥c'], ['a\nc', 'ac']],
    ['(?s)a.c', ['a\nc'], ['ac']],
    ['(?i:ab)c', ['ABc', 'aBc'], ['abC']],
    ['[^]a-c-]+', ['xyz'], ['a-', ']', 'b']],
    ['[\\d\\-]+', ['1-2'], ['a']],
    ['a{2}b{0,1}c{1,}', ['aac', 'aabcc'], ['abc', 'aa']],
    ['\\p{Greek}+\\x41\\x{1F525}', ['αβA🔥'], ['abA🔥']],
    ['^a$|\\Ab\\z', ['a', 'b'], ['ab']],
    ['\\Qa.b\\E\\.c{', ['a.b.c{'], ['axb.c{']],
    ['', [''], ['a']],
  ])('%s', (pattern, matching, others) => {
    const matcher = new LinearPattern(pattern);
    expect(matching.filter((text) => !matcher.matches(text))).toEqual([]);
    expect(others.filter((text) => matcher.matches(text))).toEqual([]);
  });

  it.each([
    '(',
    ')',
    '[a',
    'a**',
    '*',
    '(?=a)',
    '(?<!a)b',
    '\\1',
    '\\',
    'a{1001}',
    'a{2,1}',
    '[z-a]',
    '\\p{Nothing}',
    '\\y',
  ])('is not RE2: %s', (pattern) => expect(() => new LinearPattern(pattern)).toThrow(PatternError));

  // B11: a profile's patterns are anyone's.
  it.each([
    ['nested too deep', '('.repeat(5_000) + ')'.repeat(5_000)],
    ['too large', '((a{1000}){1000}){1000}'],
    ['too large', '((){1000}){1000}'],
    ['too large', 'a'.repeat(100_000)],
  ])('is refused where it is %s', (reason, pattern) => {
    expect(() => new LinearPattern(pattern)).toThrow(reason);
  });

  it('takes linear time where a backtracking engine takes exponential time', () => {
    for (const pattern of ['(a+)+b', '(a|a)*b', '(a*)*b', '(.*)*x']) {
      expect(new LinearPattern(pattern).matches('a'.repeat(5_000))).toBe(false);
    }
  });

  it('gives up where all texts together take too much', () => {
    const matcher = new LinearPattern('(a|b|c|d|.)*(a|b|c|d|.)*x');
    expect(() => {
      for (let i = 0; i < 1_000; i++) matcher.matches('a'.repeat(5_000));
    }).toThrow('it takes too long to match');
  });
});
