import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import { temporaryFolder } from '../../../support/temporary-folder';
import { accountId, profiledVariables, region, roleArn, startAccount } from '../../support/account';
import { awsEnvironment, runCommand } from '../../support/run-command';

const orders = profiledVariables('Orders', 'Checkout');
const functions = 'Checkout=checkout,Api.Orders=orders,Report=report';
const stack = {
  name: 'Orders',
  functions,
  lambda: {
    checkout: {},
    orders: { Environment: { Variables: { ...orders, PROFILED_FN_INSTANCE_FRACTION: '0.5' } } },
    report: { Environment: { Variables: { ...orders, PROFILED_FN_ENABLED: 'false' } } },
  },
  resources: {
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { Name: 'live', FunctionName: 'checkout', FunctionVersion: '3' },
    },
  },
};
const broken = {
  name: 'Broken',
  functions: 'Plain=plain,Secret=secret,Gone=gone,Full=full,Fine=fine',
  lambda: {
    plain: { Environment: { Variables: { STAGE: 'x' } } },
    secret: { KmsKeyArn: `arn:aws:kms:${region}:${accountId}:key/1` },
    full: {
      Environment: {
        Variables: { ...orders, LARGE: 'x'.repeat(4080 - JSON.stringify({ ...orders, LARGE: '' }).length) },
      },
    },
    fine: {},
  },
};

let aws: LocalAws;
const folder = temporaryFolder('switch');
let client: LambdaClient;
beforeAll(async () => {
  aws = await startAccount([stack, broken], undefined, 50);
  client = new LambdaClient({ endpoint: aws.endpointUrl, region, credentials: aws.adminCredentials });
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});

const variablesOf = async (FunctionName: string) =>
  (await client.send(new GetFunctionConfigurationCommand({ FunctionName }))).Environment?.Variables;
const run = (args: string[], as = aws.adminCredentials) =>
  runCommand(args, { cwd: folder, env: awsEnvironment(aws.endpointUrl, region, as) });

describe.sequential('profiled-fn enable and disable', () => {
  it('show what would change and change nothing where nobody can be asked', async () => {
    const { code, stdout, stderr } = await run(['disable', '--stack', 'Orders']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`Stack Orders  account ${accountId}, region ${region}\n`);
    expect(stderr).toMatch(/^Checkout +profiled +not profiled +checkout$/m);
    expect(stderr).toMatch(/^Api\.Orders +50 % of the instances +not profiled +orders$/m);
    expect(stderr).toMatch(/^Report +not profiled +as it is +report$/m);
    expect(stderr).toContain('CloudFormation reports this as drift: the next deployment');
    expect(stderr).toContain('Alias live of Checkout stays as it is: it points to version 3.');
    expect(stderr).toContain('Nothing was changed: a confirmation requires a terminal.\n  Run it with --yes');
    expect(await variablesOf('checkout')).toEqual(orders);
  });

  it('change the functions of a stack, keep every other variable, and wait until that has taken effect', async () => {
    const { code, stdout } = await run(['disable', '--stack', 'Orders', '--yes']);
    expect([code, stdout]).toEqual([0, '2 functions changed.\n']);
    expect(await variablesOf('checkout')).toEqual({ ...orders, PROFILED_FN_ENABLED: 'false' });
    const after = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'orders' }));
    expect(after.LastUpdateStatus).toBe('Successful');
    expect(after.Environment?.Variables).toEqual({
      ...orders,
      PROFILED_FN_ENABLED: 'false',
      PROFILED_FN_INSTANCE_FRACTION: '0.5',
    });
  });

  it('take several functions, a fraction, and tell programs', async () => {
    const args = [
      'enable',
      '--stack',
      'Orders',
      '--function',
      'Checkout',
      '--function',
      'Api/Orders',
      '--yes',
      '--json',
    ];
    const { code, stdout } = await run([...args, '--fraction', '0.1']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      stack: 'Orders',
      account: accountId,
      region,
      functions: [
        {
          function: 'Checkout',
          before: { enabled: false, fraction: 1 },
          after: { enabled: true, fraction: 0.1 },
          changed: true,
          fixedAliases: [{ name: 'live', version: '3' }],
        },
        { function: 'Api.Orders', before: { enabled: false, fraction: 0.5 }, after: { enabled: true, fraction: 0.1 } },
      ],
    });
    expect(await variablesOf('checkout')).toEqual({ ...orders, PROFILED_FN_INSTANCE_FRACTION: '0.1' });
    expect(await variablesOf('report')).toHaveProperty('PROFILED_FN_ENABLED', 'false');
    await run(['enable', '--stack', 'Orders', '--fraction', '1', '--yes']);
    for (const name of ['checkout', 'orders', 'report']) expect(await variablesOf(name)).toEqual(orders);
    expect((await run(['enable', '--stack', 'Orders'])).stdout).toBe('Nothing to change.\n');
  });

  it('change what can be changed, say why the rest cannot, and fail then', async () => {
    const { code, stdout, stderr } = await run(['disable', '--stack', 'Broken', '--yes', '--json'], {
      ...aws.credentialsFor(roleArn('Orders', 'changer')),
    });
    expect(code).toBe(1);
    const problems = Object.fromEntries(
      JSON.parse(stdout).functions.map((fn: { function: string; problem?: { message: string } }) => [
        fn.function,
        fn.problem?.message,
      ]),
    );
    expect(problems).toEqual({
      Plain: 'plain has no sampler: it is deployed without profiled-fn.',
      Secret: expect.stringMatching(/^The variables of secret cannot be read, so they would be lost: .*KMS/),
      Gone: 'Lambda has no function gone any more.',
      Full: 'The variables of full would be larger than the 4 KB that Lambda takes.',
      Fine: undefined,
    });
    expect(stderr).toContain('profiled-fn: plain has no sampler');
    expect(await variablesOf('fine')).toHaveProperty('PROFILED_FN_ENABLED', 'false');
    expect(await variablesOf('secret')).toEqual(profiledVariables('Broken', 'Checkout'));
  });

  it('lose nothing that is changed at the same time', async () => {
    const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'report' }));
    const ended = run(['disable', '--stack', 'Orders', '--function', 'Report', '--yes']);
    // Whenever this comes, before, between or after: both changes are there in the end.
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'report',
        Environment: { Variables: { ...orders, ADDED: 'meanwhile' } },
        RevisionId: before.RevisionId,
      }),
    );
    expect((await ended).code).toBe(0);
    expect(await variablesOf('report')).toEqual({ ...orders, ADDED: 'meanwhile', PROFILED_FN_ENABLED: 'false' });
  });

  it('name the action that is not allowed, and on what', async () => {
    const as = aws.credentialsFor(roleArn('Orders', 'viewer'));
    const { code, stderr } = await run(['disable', '--stack', 'Orders', '--function', 'Checkout', '--yes'], as);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `may not call lambda:UpdateFunctionConfiguration on arn:aws:lambda:${region}:${accountId}:function:checkout`,
    );
  });

  it('exit with 2 for a fraction that is none', async () => {
    for (const fraction of ['2', '-1', 'x', '']) {
      expect((await run(['enable', '--stack', 'Orders', '--fraction', fraction])).code).toBe(2);
    }
  });
});
