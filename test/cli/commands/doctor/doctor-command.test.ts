import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import type { TemplateResource } from '../../../../local/cloudformation/template';
import { keyOf } from '../../../support/snapshot-key';
import { temporaryFolder } from '../../../support/temporary-folder';
import { accountId, profiledVariables, put, region, roleArn, startAccount } from '../../support/account';
import { packed, wallProfile } from '../../support/profiles';
import { awsEnvironment, runCommand } from '../../support/run-command';

const snapshot = (stack: string, fn = 'Checkout') => keyOf({ stack, fn });

/** A role that may see one stack, and all of what belongs to it. */
const wellOnly: TemplateResource = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'well-only',
    AssumeRolePolicyDocument: {},
    Policies: [
      {
        PolicyName: 'p',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'cloudformation:DescribeStacks',
              Resource: `arn:aws:cloudformation:${region}:${accountId}:stack/Well/*`,
            },
            { Effect: 'Allow', Action: ['s3:*', 'lambda:*'], Resource: '*' },
          ],
        },
      },
    ],
  },
};

let aws: LocalAws;
const folder = temporaryFolder('doctor');
beforeAll(async () => {
  aws = await startAccount([
    { name: 'Well', functions: 'Checkout=well', lambda: { well: {} }, resources: { WellOnly: wellOnly } },
    {
      name: 'Ill',
      functions: 'Checkout=ill,Gone=gone',
      lambda: {
        ill: {
          Handler: 'index.handler',
          Layers: [],
          Environment: { Variables: { ...profiledVariables('Ill', 'Checkout'), PROFILED_FN_ENABLED: 'false' } },
        },
      },
    },
    { name: 'NoBucket', functions: 'Checkout=none', withoutBucket: true, lambda: { none: {} } },
    { name: 'Undone', status: 'ROLLBACK_COMPLETE' },
    { name: 'Other' },
  ]);
  put(aws, 'Well', snapshot('Well'), packed(wallProfile()), { format: '1' });
  put(aws, 'Well', 'profiled-fn/Well/Checkout/notes.txt', Buffer.from('x'));
  await mkdir(join(folder, 'cdk.out'));
  const environment = `aws://${accountId}/${region}`;
  await writeFile(
    join(folder, 'cdk.out', 'manifest.json'),
    JSON.stringify({
      artifacts: {
        Undone: { type: 'aws:cloudformation:stack', environment },
        Other: { type: 'aws:cloudformation:stack', environment },
        Well: { type: 'aws:cloudformation:stack', environment },
      },
    }),
  );
});
afterAll(async () => {
  await aws.close();
});

const run = (args: string[], as = aws.adminCredentials) =>
  runCommand(['doctor', ...args], { cwd: folder, env: awsEnvironment(aws.endpointUrl, region, as) });

describe.concurrent('profiled-fn doctor', () => {
  it('says that all is well', async () => {
    const { code, stdout, stderr } = await run(['--stack', 'Well']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      new RegExp(
        `^Stack Well  account ${accountId}, region ${region}\nok +stack +CREATE_COMPLETE\nok +bucket +well-profiles can be listed\\.\nok +Checkout +profiled, 1 snapshot of 1 instance, last .* UTC\n\nNo problems found\\.\n$`,
      ),
    );
  });

  it('finds what is wrong, says what to do, and fails', async () => {
    const { code, stdout, stderr } = await run(['--stack', 'Ill']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^error +Checkout +Its handler is index\.handler/m);
    expect(stdout).toMatch(/^error +Checkout +It has no layer of profiled-fn/m);
    expect(stdout).toMatch(
      /^warning +Checkout +It is turned off.*\n +→ profiled-fn enable --stack Ill --function Checkout$/m,
    );
    expect(stdout).toMatch(/^error +Gone +Lambda has no function gone/m);
    expect(stdout).toMatch(/\n3 errors, 1 warning\.\n$/);
    expect(stderr).toBe('profiled-fn: 3 errors were found.\n  The lines above say how to fix each of them.\n');
  });

  it('looks at all stacks with profiled functions, and at those of the app here that are not well', async () => {
    const { code, stdout } = await run(['--json']);
    expect(code).toBe(1);
    const { version, findings, stacks } = JSON.parse(stdout);
    expect([version, findings]).toEqual([1, []]);
    expect(stacks.map((each: { stack: string }) => each.stack).sort()).toEqual(['Ill', 'NoBucket', 'Undone', 'Well']);
    const of = (name: string) => stacks.find((each: { stack: string }) => each.stack === name);
    expect(of('Well')).toMatchObject({
      account: accountId,
      region,
      status: 'CREATE_COMPLETE',
      stores: [{ bucket: 'well-profiles', region }],
      functions: [{ function: 'Checkout', lambdaName: 'well', snapshots: 1, instances: 1 }],
      findings: [{ level: 'ok' }, { level: 'ok' }, { level: 'ok', check: 'function' }],
    });
    expect(of('NoBucket').findings).toContainEqual(
      expect.objectContaining({ level: 'error', check: 'bucket', message: expect.stringContaining('does not exist') }),
    );
    expect(of('Undone').findings).toMatchObject([{ level: 'error', check: 'stack-status' }]);
  });

  it('names actions that are not allowed, and looks at the rest', async () => {
    const { stdout } = await run(['--stack', 'Well'], aws.credentialsFor(roleArn('Well', 'lister')));
    expect(stdout).toMatch(/^ok +bucket/m);
    expect(stdout).toMatch(/^warning +Checkout +Access denied: .* may not call lambda:GetFunctionConfiguration on /m);
    expect(stdout).toMatch(
      /^error +Checkout +Access denied: .* may not call s3:GetObject on arn:aws:s3:::well-profiles/m,
    );
    const blind = await run(['--stack', 'Well'], aws.credentialsFor(roleArn('Well', 'viewer')));
    expect(blind.stdout).toMatch(/^error +bucket +Access denied: .* s3:ListBucket/m);
  });

  it('looks at the stacks of the app here where not all may be seen', async () => {
    const as = aws.credentialsFor(`arn:aws:iam::${accountId}:role/well-only`);
    const { code, stdout } = await run(['--json'], as);
    expect([code, JSON.parse(stdout).stacks.map((each: { stack: string }) => each.stack)]).toEqual([0, ['Well']]);
  });

  it('says that there is nothing to look at', async () => {
    const none = await run(['--region', 'us-east-1']);
    expect([none.code, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/There is no stack with profiled functions in region us-east-1 of .*\.\n/);
    expect((await run(['--stack', 'Nope'])).stderr).toContain('There is no stack named Nope in region eu-central-1');
  });
});
