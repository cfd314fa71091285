import { describe, expect, it } from 'vitest';
import { functionPrefix, MAX_FUNCTION_NAME_LENGTH, MAX_PREFIX_LENGTH, snapshotKey } from '../../lib/contract/keys';
import { prefixProblem } from '../../lib/prefix-problem';

describe('prefixProblem', () => {
  it.each(['profiled-fn', 'profiles/production', 'a', '_.x', 'A-1/b_2/c.3'])('takes %s', (prefix) => {
    expect(prefixProblem("'prefix'", prefix)).toBeUndefined();
  });

  it.each(['', '/', 'a/', '/a', 'a//b', '.', '..', 'a/../b', 'a b', 'a*', '?', 'ä', '$x', 'x'.repeat(65)])(
    'refuses %j',
    (prefix) => {
      expect(prefixProblem("'prefix'", prefix)).toContain(`'prefix' is '${prefix}': give names of`);
    },
  );

  it('leaves room for the longest key that S3 takes', () => {
    const prefix = 'x'.repeat(MAX_PREFIX_LENGTH);
    expect(prefixProblem("'prefix'", prefix)).toBeUndefined();
    const longest = functionPrefix(prefix, 's'.repeat(128), 'f'.repeat(MAX_FUNCTION_NAME_LENGTH));
    expect(snapshotKey(longest, `custom.${'n'.repeat(64)}`, 99, '9f86d081884c').length).toBeLessThanOrEqual(1024);
  });
});
