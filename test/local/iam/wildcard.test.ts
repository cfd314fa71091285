import { describe, expect, it } from 'vitest';
import { matchesWildcard } from '../../../local/iam/wildcard';

describe('matchesWildcard', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcd', false],
    ['*ab*ab', 'abxab', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a.c', 'abc', false],
    ['a\\*', 'a*', false],
    ['s3:*', 's3:PutObject', true],
  ])('%j on %j: %j', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  it('is not slow for a pattern that would be as a regular expression', () => {
    expect(matchesWildcard(`${'*a'.repeat(30)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
