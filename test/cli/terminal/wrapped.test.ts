import { expect, it } from 'vitest';
import { wrapped } from '../../../cli/terminal/wrapped';

it('breaks lines between words, and never within one', () => {
  expect(wrapped('a stack in rollback', 9)).toEqual(['a stack', 'in', 'rollback']);
  expect(wrapped('arn:aws:s3:::bucket is far', 8)).toEqual(['arn:aws:s3:::bucket', 'is far']);
  expect(wrapped('', 8)).toEqual(['']);
  expect(wrapped('as long as it likes', Number.POSITIVE_INFINITY)).toEqual(['as long as it likes']);
});
