import { expect, it } from 'vitest';
import { type Difference, differences, repeated } from './compare';
import { checkDocumented } from './explained';
import type { Observations } from './observe';

const seen = (payload: string, log: string[]): Observations => ({
  'a shape': { invocations: [{ payload, functionError: undefined, trailers: undefined }], log },
});

it('what is equal has no differences', () => {
  expect(differences(seen('1', ['a', 'a']), seen('1', ['a', 'a']))).toEqual([]);
});

it('each value that differs is a difference, to the letter', () => {
  expect(differences(seen('at handler', []), seen('at Proxy.handler', []))).toEqual([
    { shape: 'a shape', where: 'invocations[0].payload', bare: '"at handler"', profiled: '"at Proxy.handler"' },
  ]);
});

it('so is each line of the log that one has more often', () => {
  expect(differences(seen('1', ['a', 'b']), seen('1', ['a', 'a', 'c']))).toEqual([
    { shape: 'a shape', where: 'log', bare: 'b' },
    { shape: 'a shape', where: 'log', profiled: 'a' },
    { shape: 'a shape', where: 'log', profiled: 'c' },
  ]);
});

it('a difference counts where it comes again, whatever its text', () => {
  const found = (where: string, profiled: string): Difference => {
    return { shape: 'a shape', runtime: { node: 24, client: 4 }, profiles: 'all', where, bare: '1', profiled };
  };
  const first = [found('log', 'at 12:01'), found('invocations[0].timedOut', 'true')];
  expect(repeated(first, [found('log', 'at 12:02')])).toEqual([found('log', 'at 12:01')]);
  expect(repeated(first, [{ ...found('log', 'at 12:02'), profiles: 'default' }])).toEqual([]);
});

it('an explanation that is not documented is refused', () => {
  const reason = 'Because of something that nobody has written down.';
  expect(() => checkDocumented([{ reason }])).toThrow(reason);
});
