import { describe, expect, it } from 'vitest';
import type { ChangeOutcome, FunctionConfiguration, Lambda } from '../../../../cli/aws/lambda';
import { changeSwitch } from '../../../../cli/commands/enable-disable/change-function';
import { switchedOff } from '../../../../cli/stacks/profiling-switch';

const variables = { PROFILED_FN_HANDLER: 'index.handler', STAGE: 'x' };

const configuration = (more: Partial<FunctionConfiguration> = {}): FunctionConfiguration => ({
  name: 'checkout',
  arn: 'arn:aws:lambda:eu-west-1:123456789012:function:checkout',
  runtime: 'nodejs24.x',
  handler: '/opt/profiled-fn/handler.handler',
  image: false,
  memoryMb: 512,
  layers: [],
  environment: { variables },
  lastModified: new Date(0),
  revisionId: '1',
  state: 'Active',
  update: { status: 'Successful', reason: '' },
  ...more,
});

/** A Lambda that answers with these configurations, then with the last one again and again, and these outcomes. */
function lambdaOf(configurations: (FunctionConfiguration | undefined)[], outcomes: ChangeOutcome[] = []) {
  const changes: [Record<string, string>, string][] = [];
  const lambda: Lambda = {
    configuration: async () => (configurations.length > 1 ? configurations.shift() : configurations[0]),
    aliases: async () => [],
    async setEnvironment(_, environment, revisionId) {
      changes.push([environment, revisionId]);
      return outcomes.shift() ?? 'done';
    },
    invoke: async () => ({}),
    close() {},
  };
  return { lambda, changes };
}

describe('changeSwitch', () => {
  it('reads a function again that was changed or is changing, and applies the change to what it is then', async () => {
    const later = { ...variables, ADDED: 'meanwhile' };
    const { lambda, changes } = lambdaOf(
      [
        configuration(),
        configuration({ update: { status: 'InProgress', reason: '' } }),
        configuration({ revisionId: '2', environment: { variables: later } }),
      ],
      ['changed', 'busy', 'done'],
    );
    await changeSwitch(lambda, 'checkout', switchedOff);
    const off = { PROFILED_FN_ENABLED: 'false' };
    expect(changes).toEqual([
      [{ ...variables, ...off }, '1'],
      [{ ...later, ...off }, '2'],
      [{ ...later, ...off }, '2'],
    ]);
  });

  it('changes nothing where somebody else has done so', async () => {
    const off = configuration({ environment: { variables: { ...variables, PROFILED_FN_ENABLED: 'false' } } });
    const { lambda, changes } = lambdaOf([off]);
    await changeSwitch(lambda, 'checkout', switchedOff);
    expect(changes).toEqual([]);
  });

  it('says that it gives up, that Lambda has not taken it, and that the function has gone', async () => {
    const busy = Array<ChangeOutcome>(9).fill('busy');
    await expect(changeSwitch(lambdaOf([configuration()], busy).lambda, 'checkout', switchedOff)).rejects.toThrow(
      'is repeatedly being changed by others',
    );
    const failed = configuration({ update: { status: 'Failed', reason: 'The role is gone.' } });
    await expect(changeSwitch(lambdaOf([configuration(), failed]).lambda, 'checkout', switchedOff)).rejects.toThrow(
      'Lambda has not taken the change of checkout: The role is gone.',
    );
    await expect(changeSwitch(lambdaOf([undefined]).lambda, 'checkout', switchedOff)).rejects.toThrow('no function');
  });
});
