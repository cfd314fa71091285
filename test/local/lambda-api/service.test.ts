import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListAliasesCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import type { CloudAssembly } from '../../../local/cloud-assembly';
import type { Faults } from '../../../local/faults';
import type { Credentials } from '../../../local/types';

const region = 'eu-west-1';
const accountId = '123456789012';
const key = `arn:aws:kms:${region}:${accountId}:key/1`;
const arn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

const code = `
exports.handler = async (event, context) => {
  console.log('greeting ' + process.env.GREETING);
  if (event.fail) throw new TypeError('told to fail');
  if (event.ms) await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { greeting: process.env.GREETING, version: context.functionVersion };
};`;

function role(name: string, actions: string[], resource: string) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: {},
      Policies: [
        { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }] } },
      ],
    },
  };
}

function fn(name: string, more: object = {}) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${accountId}:role/invoker`,
      Code: { ZipFile: code },
      Environment: { Variables: { GREETING: 'hello', OTHER: 'kept' } },
      ...more,
    },
  };
}

const assembly = {
  directory: '.',
  stacks: [
    {
      stackName: 'Orders',
      constructPath: 'Orders',
      accountId,
      region,
      template: {
        Resources: {
          Invoker: role('invoker', ['lambda:InvokeFunction'], `${arn('checkout')}:live`),
          Reader: role('reader', ['lambda:GetFunctionConfiguration'], '*'),
          Checkout: fn('checkout'),
          CheckoutVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Checkout' } } },
          Live: {
            Type: 'AWS::Lambda::Alias',
            Properties: { Name: 'live', FunctionName: { Ref: 'Checkout' }, FunctionVersion: '1' },
          },
          Single: fn('single', { ReservedConcurrentExecutions: 1 }),
          Secret: fn('secret', { KmsKeyArn: key }),
          Python: fn('python', { Runtime: 'python3.13', MemorySize: 512, Layers: ['arn:aws:lambda:x:1:layer:l:1'] }),
        },
      },
      assets: new Map(),
      pathsOfLogicalIds: new Map(),
    },
  ],
} as unknown as CloudAssembly;

let aws: LocalAws;
let slow: LocalAws;
let faults: Faults | undefined;
const clients: LambdaClient[] = [];
beforeAll(async () => {
  aws = await startLocalAws({ assembly, faults: (request) => faults?.(request), functionUpdateMs: 0 });
  slow = await startLocalAws({ assembly, functionUpdateMs: 3_600_000 });
});
beforeEach(() => {
  faults = undefined;
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await Promise.all([aws.close(), slow.close()]);
});

function lambda({
  as,
  at = aws,
  where = region,
}: {
  as?: Credentials;
  at?: LocalAws;
  where?: string;
} = {}): LambdaClient {
  const client = new LambdaClient({
    endpoint: at.endpointUrl,
    region: where,
    credentials: as ?? at.adminCredentials,
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

/** What the SDK makes of a refusal. */
const refusal = (name: string, status: number) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });
const invoke = (input: Partial<InvokeCommandInput>, client = lambda()) =>
  client.send(new InvokeCommand({ FunctionName: 'checkout', ...input }));
const configuration = (FunctionName: string, client = lambda()) =>
  client.send(new GetFunctionConfigurationCommand({ FunctionName }));
const json = (payload: Uint8Array | undefined) => JSON.parse(Buffer.from(payload ?? []).toString());

describe('the configuration of a function', () => {
  it('is that of its template, by name and by ARN', async () => {
    const found = await configuration('python');
    expect(found).toMatchObject({
      FunctionName: 'python',
      FunctionArn: arn('python'),
      Runtime: 'python3.13',
      Handler: 'index.handler',
      MemorySize: 512,
      Layers: [{ Arn: 'arn:aws:lambda:x:1:layer:l:1' }],
      Environment: { Variables: { GREETING: 'hello', OTHER: 'kept' } },
      LastUpdateStatus: 'Successful',
      State: 'Active',
      RevisionId: expect.any(String),
    });
    expect(Number.isNaN(Date.parse(found.LastModified ?? ''))).toBe(false);
    expect((await configuration(arn('python'))).RevisionId).toBe(found.RevisionId);
    const whole = await lambda().send(new GetFunctionCommand({ FunctionName: 'single' }));
    expect(whole).toMatchObject({
      Configuration: { FunctionName: 'single' },
      Concurrency: { ReservedConcurrentExecutions: 1 },
    });
  });

  it('is refused to who may not, and not found in another region', async () => {
    const invoker = lambda({ as: aws.credentialsFor(`arn:aws:iam::${accountId}:role/invoker`) });
    await expect(configuration('checkout', invoker)).rejects.toThrow(
      `is not authorized to perform: lambda:GetFunctionConfiguration on resource: "${arn('checkout')}"`,
    );
    await expect(configuration('checkout', invoker)).rejects.toEqual(refusal('AccessDeniedException', 403));
    await expect(configuration('checkout', lambda({ where: 'us-east-1' }))).rejects.toThrow(
      `Function not found: arn:aws:lambda:us-east-1:${accountId}:function:checkout`,
    );
    await expect(configuration('nope')).rejects.toEqual(refusal('ResourceNotFoundException', 404));
    await expect(configuration('a b')).rejects.toEqual(refusal('InvalidParameterValueException', 400));
  });

  it('hides variables from who may not decrypt them', async () => {
    const reader = lambda({ as: aws.credentialsFor(`arn:aws:iam::${accountId}:role/reader`) });
    const { Environment } = await configuration('secret', reader);
    expect(Environment).toEqual({ Error: expect.objectContaining({ ErrorCode: 'AccessDeniedException' }) });
    expect((await configuration('secret')).Environment?.Variables).toHaveProperty('GREETING');
  });

  it('has versions and aliases', async () => {
    const { Versions } = await lambda().send(new ListVersionsByFunctionCommand({ FunctionName: 'checkout' }));
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
    const { Aliases } = await lambda().send(new ListAliasesCommand({ FunctionName: 'checkout' }));
    expect(Aliases).toMatchObject([{ Name: 'live', FunctionVersion: '1', AliasArn: `${arn('checkout')}:live` }]);
  });
});

describe('a change of the environment', () => {
  const update = (input: object, client = lambda(), FunctionName = 'checkout') =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...input }));
  const greet = (GREETING: string) => ({ Environment: { Variables: { GREETING } } });

  it('reaches the next invocation of $LATEST, and no version', async () => {
    const before = await configuration('checkout');
    const changed = await update({ ...greet('hi'), RevisionId: before.RevisionId });
    expect(changed.RevisionId).not.toBe(before.RevisionId);
    expect((await configuration('checkout')).Environment?.Variables).toEqual({ GREETING: 'hi' });
    expect(json((await invoke({})).Payload)).toEqual({ greeting: 'hi', version: '$LATEST' });
    expect(json((await invoke({ Qualifier: 'live' })).Payload)).toEqual({ greeting: 'hello', version: '1' });
  });

  it('is refused at another revision, while one is in progress, and where it is too large', async () => {
    await expect(update({ ...greet('x'), RevisionId: 'old' })).rejects.toEqual(
      refusal('PreconditionFailedException', 412),
    );
    await expect(update(greet('x'.repeat(5000)))).rejects.toThrow('exceeded the 4KB limit');
    const at = lambda({ at: slow });
    expect(await update(greet('a'), at)).toMatchObject({ LastUpdateStatus: 'InProgress' });
    await expect(update(greet('b'), at)).rejects.toEqual(refusal('ResourceConflictException', 409));
    // Until it has taken effect, invocations run as before.
    expect(json((await invoke({}, at)).Payload)).toMatchObject({ greeting: 'hello' });
  });

  it('is all that can be changed here', async () => {
    await expect(update({ MemorySize: 1024 })).rejects.toThrow('changes environments only, not: MemorySize');
    await expect(lambda().send(new ListTagsCommand({ Resource: arn('checkout') }))).rejects.toEqual(
      refusal('NotImplementedException', 501),
    );
  });
});

describe('an invocation', () => {
  it('returns what the function returns, and its log where that is asked for', async () => {
    const { LogResult, Payload, StatusCode } = await invoke({ LogType: 'Tail', Qualifier: '1' });
    expect([StatusCode, json(Payload)]).toEqual([200, { greeting: 'hello', version: '1' }]);
    const log = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(log).toMatch(/^START RequestId: .* Version: 1\n/);
    expect(log).toContain('greeting hello');
    expect(log).toMatch(/\nREPORT RequestId: .*\tDuration: [\d.]+ ms\t/);
    expect((await invoke({})).LogResult).toBeUndefined();
  });

  it("reports a cold start's initialization in the log of the first invocation only", async () => {
    const logOf = async () =>
      Buffer.from((await invoke({ FunctionName: 'single', LogType: 'Tail' })).LogResult ?? '', 'base64').toString();
    expect(await logOf()).toMatch(/\tInit Duration: [\d.]+ ms\t\n$/);
    expect(await logOf()).not.toContain('Init Duration');
  });

  it('says that the function failed', async () => {
    const { FunctionError, Payload } = await invoke({ Payload: '{"fail":true}' });
    expect([FunctionError, json(Payload).errorType]).toEqual(['Unhandled', 'TypeError']);
  });

  it('need not be waited for, and need not happen', async () => {
    expect((await invoke({ InvocationType: 'Event' })).StatusCode).toBe(202);
    expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
  });

  it('is limited to as many environments as are reserved', async () => {
    const input = { FunctionName: 'single', Payload: '{"ms":300}' };
    const ended = await Promise.allSettled([invoke(input), invoke(input), invoke(input)]);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = ended.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { name: 'TooManyRequestsException' } });
  });

  it.each([
    ['InvalidRequestContentException', 400, { Payload: '{' }],
    ['InvalidParameterValueException', 400, { InvocationType: 'Later' as 'Event' }],
    ['RequestTooLargeException', 413, { Payload: JSON.stringify('x'.repeat(6 * 1024 * 1024)) }],
    ['ResourceNotFoundException', 404, { Qualifier: '7' }],
    ['ServiceException', 500, { FunctionName: 'python' }],
  ])('is refused with %s', async (name, status, input) => {
    await expect(invoke(input)).rejects.toEqual(refusal(name, status));
  });

  it('needs a permission for the very qualifier', async () => {
    const invoker = lambda({ as: aws.credentialsFor(`arn:aws:iam::${accountId}:role/invoker`) });
    expect((await invoke({ Qualifier: 'live', InvocationType: 'DryRun' }, invoker)).StatusCode).toBe(204);
    await expect(invoke({ InvocationType: 'DryRun' }, invoker)).rejects.toEqual(refusal('AccessDeniedException', 403));
  });

  it('is refused with wrong credentials, and with the fault that a test asks for', async () => {
    const wrong = lambda({ as: { ...aws.adminCredentials, secretAccessKey: 'wrong' } });
    await expect(invoke({}, wrong)).rejects.toEqual(refusal('InvalidSignatureException', 403));
    const unknown = lambda({ as: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } });
    await expect(invoke({}, unknown)).rejects.toEqual(refusal('UnrecognizedClientException', 403));
    faults = ({ service }) => (service === 'lambda' ? { status: 429, code: 'TooManyRequestsException' } : undefined);
    await expect(invoke({})).rejects.toEqual(refusal('TooManyRequestsException', 429));
  });
});
