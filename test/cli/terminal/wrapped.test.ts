import { expect, it } from 'vitest';
import { folded, headed, indented, wrapped } from '../../../cli/terminal/wrapped';

it('breaks lines between words, and never within one', () => {
  expect(wrapped('a stack in rollback', 9)).toEqual(['a stack', 'in', 'rollback']);
  expect(wrapped('arn:aws:s3:::bucket is far', 8)).toEqual(['arn:aws:s3:::bucket', 'is far']);
  expect(wrapped('', 8)).toEqual(['']);
  expect(wrapped('as long as it likes', Number.POSITIVE_INFINITY)).toEqual(['as long as it likes']);
});

it('keeps an indentation', () => {
  expect(indented('a stack in rollback', 11, 2)).toEqual(['  a stack', '  in', '  rollback']);
});

it('indents what a line goes on with further than the line', () => {
  expect(folded('  parse: found from +30% on', 16)).toEqual(['  parse: found', '    from +30% on']);
  expect(folded('Passed', 16)).toEqual(['Passed']);
});

it('puts what follows a title below it where one line has no room for both', () => {
  const loud = (title: string) => title.toUpperCase();
  expect(headed('Stack a', 'account 1, region b', 28, loud)).toEqual(['STACK A  account 1, region b']);
  expect(headed('Stack a', 'account 1, region b', 27, loud)).toEqual(['STACK A', '  account 1, region b']);
});
