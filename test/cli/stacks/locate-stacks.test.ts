import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appStacks } from '../../../cli/stacks/app-stacks';
import { parseBucketUrl } from '../../../cli/stacks/bucket-stacks';
import type { LocalAws } from '../../../local/aws';
import type { TemplateResource } from '../../../local/cloudformation/template';
import { keyOf } from '../../support/snapshot-key';
import { temporaryFolder } from '../../support/temporary-folder';
import { accountId, bucketName, put, putInto, region, startAccount } from '../support/account';
import { packed, wallProfile } from '../support/profiles';
import { awsEnvironment, runCommand } from '../support/run-command';

const elsewhere = 'us-east-1';
const snapshot = (stack: string, fn = 'Checkout') => keyOf({ stack, fn });
const both = ['--region', `${region},${elsewhere}`];

/** A role with what `store.grantRead` allows, and no more. */
const granted: TemplateResource = {
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: 'granted',
    AssumeRolePolicyDocument: {},
    Policies: [
      {
        PolicyName: 'p',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 's3:ListBucket',
              Resource: '*',
              Condition: { StringLike: { 's3:prefix': 'profiled-fn/*' } },
            },
            { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucketName('Orders')}/profiled-fn/*` },
          ],
        },
      },
    ],
  },
};

let aws: LocalAws;
const folder = temporaryFolder('discovery');
let project: string;
beforeAll(async () => {
  project = join(folder, 'project');
  aws = await startAccount(
    [
      { name: 'Orders', functions: 'Checkout=orders-checkout', resources: { Granted: granted } },
      { name: 'Shop', functions: 'Checkout=shop-checkout' },
      { name: 'Far', functions: 'Checkout=far-checkout', region: elsewhere },
      { name: 'Twice', functions: 'Checkout=t' },
    ],
    ({ path, region: asked, service }) =>
      service === 'cloudformation' && asked === 'eu-west-3' && path === '/'
        ? { status: 403, code: 'AccessDenied' }
        : undefined,
  );
  for (const stack of ['Orders', 'Shop', 'Far']) put(aws, stack, snapshot(stack), packed(wallProfile()));
  put(aws, 'Shop', snapshot('Gone', 'Api.Old'), packed(wallProfile()));
  put(aws, 'Shop', 'profiled-fn/..%/x', Buffer.from('x'));
  putInto(
    aws,
    bucketName('Shop'),
    keyOf({ prefix: 'team/a', stack: 'Shop', instance: 'bbbbbbbbbbbb' }),
    packed(wallProfile()),
  );
  const stackOf = (name: string, at: string) => ({
    type: 'aws:cloudformation:stack',
    environment: `aws://${accountId}/${at}`,
    properties: { stackName: name },
  });
  await mkdir(join(project, 'cdk.out', 'assembly-Prod'), { recursive: true });
  await writeFile(
    join(project, 'cdk.out', 'manifest.json'),
    JSON.stringify({
      artifacts: {
        First: stackOf('NotDeployed', region),
        'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        Tree: { type: 'cdk:tree' },
      },
    }),
  );
  await writeFile(
    join(project, 'cdk.out', 'assembly-Prod', 'manifest.json'),
    JSON.stringify({ artifacts: { ProdFar: stackOf('Far', elsewhere) } }),
  );
});
afterAll(async () => {
  await aws.close();
});

const run = (args: string[], { cwd = folder, as = aws.adminCredentials } = {}) =>
  runCommand(args, { cwd, env: awsEnvironment(aws.endpointUrl, region, as) });
const stacksOf = (stdout: string) =>
  JSON.parse(stdout).stacks.map((each: { stack: string; region: string }) => `${each.stack} ${each.region}`);

describe.concurrent('Stacks are found', () => {
  it('in all regions that are named, by one flag or several', async () => {
    const { stdout } = await run(['list', '--json', ...both]);
    expect(stacksOf(stdout)).toEqual([`Orders ${region}`, `Shop ${region}`, `Twice ${region}`, `Far ${elsewhere}`]);
    const repeated = await run(['list', '--json', '--region', elsewhere, '--region', region]);
    expect(stacksOf(repeated.stdout)[0]).toBe(`Far ${elsewhere}`);
  });

  it('by name in the region that has it', async () => {
    const { code, stdout } = await run(['fetch', '--stack', 'Far', '--out', 'far', ...both]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Stack Far  account ${accountId}, region ${elsewhere}`);
    const nowhere = await run(['fetch', '--stack', 'Nope', ...both]);
    expect(nowhere.stderr).toContain(`There is no stack named Nope in regions ${region} and ${elsewhere} of`);
  });

  it('with the region of each where several could be meant', async () => {
    const { code, stderr } = await run(['fetch', ...both]);
    expect(code).toBe(1);
    expect(stderr).toContain(`    Shop  (--region ${region})\n`);
    expect(stderr).toContain(`    Far  (--region ${elsewhere})\n`);
  });

  it('in the regions that can be looked at, and the others are named', async () => {
    const { code, stdout, stderr } = await run(['list', '--json', '--region', `eu-west-3,${elsewhere}`]);
    expect([code, stacksOf(stdout)]).toEqual([0, [`Far ${elsewhere}`]]);
    expect(stderr).toMatch(/^Region eu-west-3 is skipped: Access denied: .*cloudformation:DescribeStacks/);
    expect((await run(['list', '--region', 'eu-west-3'])).code).toBe(1);
    const doctor = await run(['doctor', '--json', '--region', `eu-west-3,${elsewhere}`]);
    expect(stacksOf(doctor.stdout)).toEqual([`Far ${elsewhere}`]);
    expect(doctor.stderr).toMatch(/^Region eu-west-3 is skipped: Access denied/);
  });

  it('as those of the CDK app in this folder first, in the regions that it deploys to', async () => {
    const { code, stdout } = await run(['fetch', '--json'], { cwd: project });
    expect([code, stacksOf(stdout)]).toEqual([0, [`Far ${elsewhere}`]]);
    const named = await run(['fetch', '--json', '--stack', 'Orders'], { cwd: project });
    expect(stacksOf(named.stdout)).toEqual([`Orders ${region}`]);
    const all = await run(['list', '--json'], { cwd: project });
    expect(stacksOf(all.stdout)).toEqual([`Far ${elsewhere}`, `Orders ${region}`, `Shop ${region}`, `Twice ${region}`]);
    const listed = await run(['list', '--json', ...both], { cwd: project });
    expect(stacksOf(listed.stdout)[0]).toBe(`Far ${elsewhere}`);
  });

  it('by the keys of a bucket, without access to any stack', async () => {
    const as = aws.credentialsFor(`arn:aws:iam::${accountId}:role/granted`);
    const { code, stdout, stderr } = await run(
      ['fetch', '--bucket', `s3://${bucketName('Orders')}`, '--json', '--out', 'b'],
      { as },
    );
    expect([code, stderr]).toEqual([0, '']);
    const [stack] = JSON.parse(stdout).stacks;
    expect(stack).toMatchObject({
      stack: 'Orders',
      account: accountId,
      region,
      stores: [{ bucket: bucketName('Orders'), prefix: 'profiled-fn' }],
      functions: [{ function: 'Checkout', profiles: [{ type: 'wall', snapshots: 1 }] }],
    });
    const listed = await run(['list', '--bucket', `s3://${bucketName('Shop')}/`, '--json'], { as });
    expect(stacksOf(listed.stdout)).toEqual([`Gone ${region}`, `Shop ${region}`]);
    const team = await run(['list', '--bucket', `s3://${bucketName('Shop')}/team/a`, '--json']);
    expect(JSON.parse(team.stdout).stacks[0].stores).toEqual([{ bucket: bucketName('Shop'), prefix: 'team/a' }]);
  });

  it('in a bucket of another region', async () => {
    const { stdout } = await run(['list', '--bucket', `s3://${bucketName('Far')}`, '--json']);
    expect(stacksOf(stdout)).toEqual([`Far ${elsewhere}`]);
  });

  it('or what there is in a bucket is said', async () => {
    const other = await run(['fetch', '--bucket', `s3://${bucketName('Shop')}`, '--stack', 'Orders']);
    expect(other.stderr).toMatch(/has no snapshots of a stack named Orders .*\n +There are these:\n +Gone\n +Shop\n/);
    const empty = await run(['fetch', '--bucket', `s3://${bucketName('Shop')}/nope`]);
    expect(empty.stderr).toContain(`Bucket ${bucketName('Shop')} has no snapshots below nope/.`);
    const missing = await run(['fetch', '--bucket', 's3://no-such-bucket']);
    expect(missing.stderr).toContain('no-such-bucket');
    expect([other.code, empty.code, missing.code]).toEqual([1, 1, 1]);
    expect((await run(['fetch', '--bucket', 'orders'])).code).toBe(2);
    expect((await run(['fetch', '--region', 'Frankfurt'])).code).toBe(2);
  });
});

it('the address of a bucket may have a prefix', () => {
  expect(parseBucketUrl('s3://my.bucket-1')).toEqual({ bucket: 'my.bucket-1', prefix: 'profiled-fn' });
  expect(parseBucketUrl('s3://bucket/team/a/')).toEqual({ bucket: 'bucket', prefix: 'team/a' });
  for (const url of ['bucket', 'https://bucket', 's3://', 's3://B', 's3://../x']) {
    expect(() => parseBucketUrl(url)).toThrow('is not the address of a bucket');
  }
});

it('what is no cloud assembly names no stacks', async () => {
  const broken = join(folder, 'broken');
  await mkdir(broken);
  await writeFile(join(broken, 'manifest.json'), '{');
  expect(appStacks([broken, join(folder, 'missing')])).toEqual([]);
  expect(appStacks([join(project, 'cdk.out')])).toEqual([
    { name: 'NotDeployed', region },
    { name: 'Far', region: elsewhere },
  ]);
});
