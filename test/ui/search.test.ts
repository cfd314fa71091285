import { describe, expect, it } from 'vitest';
import { exactQuery, matchFrames, parseQuery } from '../../ui/search';

const frames = [
  { name: 'parseOrder', file: '/var/task/src/orders.ts', line: 12 },
  { name: 'JSON.parse', file: '', line: 0 },
  { name: 'render', file: '/var/task/node_modules/mustache/index.js', line: 3 },
];
const found = (text: string) =>
  frames.filter((_, i) => matchFrames(parseQuery(text), frames)[i] === 1).map((f) => f.name);

describe('a search', () => {
  it('finds a part of a name in either case', () => {
    expect(found('PARSE')).toEqual(['parseOrder', 'JSON.parse']);
  });

  it('finds files and lines', () => {
    expect(found('mustache')).toEqual(['render']);
    expect(found('orders.ts:12')).toEqual(['parseOrder']);
  });

  it('takes special characters as they are', () => {
    expect(found('n.p')).toEqual(['JSON.parse']);
    expect(found('.*')).toEqual([]);
  });

  it('between slashes is a regular expression, with flags', () => {
    expect(found('/^parse/')).toEqual(['parseOrder']);
    expect(found('/^PARSE/')).toEqual([]);
    expect(found('/^PARSE/i')).toEqual(['parseOrder']);
  });

  it('that is a path, and no whole expression, is a part of a name', () => {
    expect(found('/var/task/src')).toEqual(['parseOrder']);
  });

  it('that is no regular expression says why, and finds nothing', () => {
    const query = parseQuery('/(/');
    expect(query).toEqual({ kind: 'invalid', message: 'Not a regular expression: Unterminated group' });
    expect(found('/(/')).toEqual([]);
  });

  it('that is empty is none', () => {
    expect(parseQuery('')).toEqual({ kind: 'none' });
  });
});

it('an exact search finds the function of this name only, whatever is in it', () => {
  expect(found(exactQuery('JSON.parse'))).toEqual(['JSON.parse']);
  for (const name of ['(garbage collector)', 'a/b', '^$.*+?()[]{}|\\', '<img src=x onerror=alert(1)></script>']) {
    const query = parseQuery(exactQuery(name));
    if (query.kind !== 'text') throw new Error(`${exactQuery(name)} is not understood`);
    expect(query.matches(name)).toBe(true);
    expect(query.matches(`${name}x`)).toBe(false);
  }
});
