import { DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { startLocalAws } from '../../local/aws';
import type { Credentials } from '../../local/types';
import { aws, BUCKET, cloudFormation, put, refusal, roleOf, s3, setFaults } from './support/orders';
import { signedPost } from './support/signed-post';

describe('faults that a test asks for', () => {
  it('answers any status and code', async () => {
    setFaults(({ service, path }) =>
      service === 's3' && path === `/${BUCKET}/f` ? { status: 503, code: 'SlowDown' } : undefined,
    );
    await expect(s3().send(put('f', 'x'))).rejects.toEqual(refusal('SlowDown', 503));
    await s3().send(put('g', 'x'));
  });

  it('breaks connections', async () => {
    setFaults(() => 'reset');
    await expect(s3().send(put('f', 'x'))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('does not answer at all, or only later', async () => {
    setFaults(() => 'hang');
    const signal = AbortSignal.timeout(200);
    await expect(s3().send(put('f', 'x'), { abortSignal: signal })).rejects.toMatchObject({ name: 'AbortError' });
    setFaults(() => ({ delayMs: 1 }));
    await s3().send(put('late', 'x'));
  });
});

describe('CloudFormation, as the AWS SDK sees it', () => {
  it('describes a stack by its name and by its id', async () => {
    const { Stacks = [] } = await cloudFormation().send(new DescribeStacksCommand({ StackName: 'Orders' }));
    expect(Stacks).toHaveLength(1);
    expect(Stacks[0]).toMatchObject({
      StackName: 'Orders',
      Description: 'Takes orders',
      StackStatus: 'CREATE_COMPLETE',
      StackId: expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Orders\//),
      CreationTime: expect.any(Date),
      Parameters: [{ ParameterKey: 'BootstrapVersion', ParameterValue: '21' }],
      Outputs: [{ OutputKey: 'BucketName', OutputValue: BUCKET, Description: 'A <bucket> & more', ExportName: 'b' }],
    });
    const byId = await cloudFormation().send(new DescribeStacksCommand({ StackName: Stacks[0]?.StackId }));
    expect(byId.Stacks).toEqual(Stacks);
  });

  it('describes all stacks of the region, nested ones with their parents', async () => {
    const { Stacks = [] } = await cloudFormation().send(new DescribeStacksCommand({}));
    expect(Stacks.map(({ StackName }) => StackName)).toEqual(['Orders', expect.stringMatching(/^Orders-NestedNested/)]);
    expect(Stacks[1]).toMatchObject({ ParentId: Stacks[0]?.StackId, RootId: Stacks[0]?.StackId });
    const abroad = await cloudFormation({ region: 'eu-west-1' }).send(new DescribeStacksCommand({}));
    expect(abroad.Stacks?.map(({ StackName }) => StackName)).toEqual(['Prod-Orders']);
  });

  it("words the absence of a stack as CloudFormation does, in another region's case too", async () => {
    const absent = expect.objectContaining({ name: 'ValidationError', message: 'Stack with id Nope does not exist' });
    await expect(cloudFormation().send(new DescribeStacksCommand({ StackName: 'Nope' }))).rejects.toEqual(absent);
    await expect(
      cloudFormation({ region: 'eu-west-1' }).send(new DescribeStacksCommand({ StackName: 'Orders' })),
    ).rejects.toThrow('Stack with id Orders does not exist');
  });

  it('lists stacks, by status where one is asked for', async () => {
    const all = await cloudFormation().send(new ListStacksCommand({}));
    expect(all.StackSummaries).toMatchObject([{ StackName: 'Orders', StackStatus: 'CREATE_COMPLETE' }, {}]);
    const created = await cloudFormation().send(new ListStacksCommand({ StackStatusFilter: ['CREATE_COMPLETE'] }));
    expect(created.StackSummaries).toHaveLength(2);
    const deleted = await cloudFormation().send(new ListStacksCommand({ StackStatusFilter: ['DELETE_COMPLETE'] }));
    expect(deleted.StackSummaries ?? []).toEqual([]);
  });

  it('refuses wrong credentials, and roles that may not', async () => {
    const describe = new DescribeStacksCommand({});
    const wrong = { ...aws.adminCredentials, secretAccessKey: 'wrong' };
    await expect(cloudFormation({ credentials: wrong }).send(describe)).rejects.toEqual(
      refusal('SignatureDoesNotMatch', 403),
    );
    const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    await expect(cloudFormation({ credentials: unknown }).send(describe)).rejects.toEqual(
      refusal('InvalidClientTokenId', 403),
    );
    await expect(cloudFormation({ credentials: roleOf('Writer') }).send(describe)).rejects.toThrow(
      /is not authorized to perform: cloudformation:DescribeStacks/,
    );
  });
});

describe('the other services', () => {
  const FORM = 'application/x-www-form-urlencoded';

  it('tells a caller of STS who they are', async () => {
    const ask = async (as: Credentials) =>
      (await signedPost(aws.endpointUrl, 'sts', as, FORM, 'Action=GetCallerIdentity&Version=2011-06-15')).text();
    expect(await ask(aws.adminCredentials)).toContain('<Arn>arn:aws:iam::000000000000:user/administrator</Arn>');
    expect(await ask(roleOf('Writer'))).toMatch(
      /<Arn>arn:aws:sts::000000000000:assumed-role\/Orders-WriterServiceRole\w+-\w+\/local<\/Arn>/,
    );
    expect(await ask({ ...aws.adminCredentials, secretAccessKey: 'x' })).toContain(
      '<Code>SignatureDoesNotMatch</Code>',
    );
  });

  it('names the action of a service that is stood in for in part', async () => {
    const response = await signedPost(aws.endpointUrl, 'sts', aws.adminCredentials, FORM, 'Action=AssumeRole');
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/AssumeRole.*GetCallerIdentity/),
    ]);
  });

  it.each([
    ['dynamodb', 'application/x-amz-json-1.0', 'AWS_ENDPOINT_URL_DYNAMODB'],
    ['secretsmanager', 'application/x-amz-json-1.1', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
    ['sns', FORM, 'AWS_ENDPOINT_URL_SNS'],
  ])('says that %s is not stood in for, and what to set', async (service, type, variable) => {
    const response = await signedPost(aws.endpointUrl, service, aws.adminCredentials, type, '');
    expect(response.status).toBe(501);
    const body = await response.text();
    for (const part of ['S3, CloudFormation, STS and Lambda only', service, variable]) expect(body).toContain(part);
    if (type !== FORM) expect(JSON.parse(body)).toHaveProperty('__type', 'NotImplemented');
  });

  it('says that a port is taken', async () => {
    const port = Number(new URL(aws.endpointUrl).port);
    const assembly = { directory: '', stacks: [] };
    await expect(startLocalAws({ assembly, port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
  });
});
