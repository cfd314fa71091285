import { expect, it } from 'vitest';
import { accountOfArn } from '../../../cli/aws/caller-identity';

it.each([
  ['User: arn:aws:sts::123456789012:assumed-role/Reader/me is not authorized to perform: …', '123456789012'],
  ['arn:aws-us-gov:cloudformation:us-gov-west-1:210987654321:stack/Orders/1', '210987654321'],
  ['arn:aws:s3:::bucket/key', undefined],
  ['', undefined],
])('the account in %j is %s', (text, account) => {
  expect(accountOfArn(text)).toBe(account);
});
