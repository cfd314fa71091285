import { describe, expect, it } from 'vitest';
import { describeStacks, listStacks } from '../../../local/cloudformation/api';
import type { DeployedStack } from '../../../local/types';

const stacks: DeployedStack[] = ['a', 'b', 'c'].map((stackName) => ({
  stackName,
  stackId: `arn:${stackName}`,
  region: 'us-east-1',
  accountId: '000000000000',
  parameters: {},
  outputs: [],
}));

interface Page {
  names: string[];
  token: string | undefined;
}

const readers: [string, (token?: string) => Page][] = [
  [
    'DescribeStacks',
    (token) => {
      const answer = describeStacks(stacks, new Map(token === undefined ? [] : [['NextToken', token]]), new Date(), 2);
      return read(answer.Stacks, answer.NextToken);
    },
  ],
  [
    'ListStacks',
    (token) => {
      const answer = listStacks(stacks, new Map(token === undefined ? [] : [['NextToken', token]]), new Date(), 2);
      return read(answer.StackSummaries, answer.NextToken);
    },
  ],
];

function read(list: unknown, token: unknown): Page {
  const { member } = list as { member: { StackName: string }[] };
  return { names: member.map(({ StackName }) => StackName), token: token as string | undefined };
}

describe.each(readers)('%s', (_, ask) => {
  it('gives stacks in pages', () => {
    const first = ask();
    expect(first.names).toEqual(['a', 'b']);
    expect(ask(first.token)).toEqual({ names: ['c'], token: undefined });
  });

  it.each(['nonsense', '', Buffer.from('99').toString('base64url')])(
    'refuses the token %j, which it never gave',
    (token) => {
      expect(() => ask(token)).toThrow(
        expect.objectContaining({ code: 'ValidationError', message: 'NextToken is invalid' }),
      );
    },
  );
});
