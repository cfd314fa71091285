import { describe, expect, it } from 'vitest';
import { functionPrefix, functionSegment, MAX_SEGMENT_LENGTH, prefixProblem } from '../../lib/keys';

describe('functionSegment', () => {
  it('joins the ids of a construct path with dots', () => {
    expect(functionSegment(['Api', 'Orders'])).toBe('Api.Orders');
  });

  it('keeps letters, digits, underscore and hyphen', () => {
    expect(functionSegment(['aZ09_-'])).toBe('aZ09_-');
  });

  it('writes every other character as its UTF-8 bytes, also those outside the basic plane', () => {
    expect(functionSegment(['a.b'])).toBe('a!2eb');
    expect(functionSegment(['Größe €'])).toBe('Gr!c3!b6!c3!9fe!20!e2!82!ac');
    expect(functionSegment(['🔥'])).toBe('!f0!9f!94!a5');
  });

  it('encodes what has a meaning in keys, policies and outputs', () => {
    expect(functionSegment(['/*?$={},!'])).toMatch(/^(![0-9a-f]{2}){9}$/);
  });

  it('gives different paths different segments', () => {
    const paths = [['Api', 'Orders'], ['Api.Orders'], ['Api!2eOrders'], ['Api', '', 'Orders'], ['ApiOrders']];
    expect(new Set(paths.map(functionSegment)).size).toBe(paths.length);
  });
});

describe('functionPrefix', () => {
  it('holds no prefix of a function whose path begins with the same ids', () => {
    const api = `${functionPrefix('profiled-fn', 'Shop', functionSegment(['Api']))}/`;
    const orders = `${functionPrefix('profiled-fn', 'Shop', functionSegment(['Api', 'Orders']))}/`;
    expect(api).toBe('profiled-fn/Shop/Api/');
    expect(orders.startsWith(api)).toBe(false);
  });
});

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
    const prefix = 'x'.repeat(64);
    expect(prefixProblem("'prefix'", prefix)).toBeUndefined();
    const longest = functionPrefix(prefix, 's'.repeat(128), 'f'.repeat(MAX_SEGMENT_LENGTH));
    expect(`${longest}/wall/99-9f86d081884c.pb.gz`.length).toBeLessThanOrEqual(1024);
  });
});
