import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { ManagedPolicy, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/aws';
import { readCloudAssembly } from '../../local/cloud-assembly';
import { deploy } from '../../local/cloudformation/deploy';
import { roleSession } from '../../local/iam/identities';
import { decide } from '../../local/iam/policy';
import { requestContext } from '../../local/iam/request-context';
import { codeDirectory, synthesize } from './support/assembly';

const INLINE = { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline('exports.handler = 1') };
let aws: LocalAws | undefined;
afterEach(() => aws?.close());

async function start(build: Parameters<typeof synthesize>[0]): Promise<LocalAws> {
  aws = await startLocalAws({ assembly: synthesize(build) });
  return aws;
}

describe('the functions of an app', () => {
  it('are described with everything resolved', async () => {
    const code = codeDirectory({ 'app.mjs': 'export const handler = 1' });
    const layers = ['one', 'two'].map((name) => codeDirectory({ [`nodejs/${name}.js`]: name }));
    const { functions, s3, warnings } = await start((app) => {
      const stack = new Stack(new Stage(app, 'Prod'), 'Orders', {
        env: { region: 'eu-west-1', account: '111111111111' },
      });
      const bucket = new Bucket(stack, 'Bucket');
      new LambdaFunction(new NestedStack(stack, 'Api'), 'Checkout', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'app.handler',
        code: Code.fromAsset(code),
        layers: layers.map((path, index) => new LayerVersion(stack, `Layer${index}`, { code: Code.fromAsset(path) })),
        environment: { BUCKET: bucket.bucketName, WHERE: `${stack.region}/${stack.stackName}` },
        timeout: Duration.seconds(30),
        memorySize: 512,
        architecture: Architecture.ARM_64,
      });
    });
    expect(warnings).toEqual([]);
    expect(functions).toEqual([
      {
        stackName: 'Prod-Orders',
        logicalId: expect.stringMatching(/^Checkout/),
        constructPath: 'Api/Checkout',
        functionName: expect.stringMatching(/^Prod-Orders-ApiNested.*Checkout.*-[A-Z0-9]{12}$/),
        runtime: 'nodejs24.x',
        handler: 'app.handler',
        timeoutSeconds: 30,
        memoryMb: 512,
        architecture: 'arm64',
        environment: { BUCKET: [...s3.buckets.keys()][0], WHERE: 'eu-west-1/Prod-Orders' },
        codeDirectory: expect.any(String),
        layerDirectories: [expect.any(String), expect.any(String)],
        roleArn: expect.stringMatching(/^arn:aws:iam::111111111111:role\//),
        region: 'eu-west-1',
      },
    ]);
    const [fn] = functions;
    expect(fn?.functionName.length).toBeLessThanOrEqual(64);
    expect(existsSync(join(fn?.codeDirectory ?? '', 'app.mjs'))).toBe(true);
    const layerFiles = ['one', 'two'].map((name, index) =>
      readFileSync(join(fn?.layerDirectories[index] ?? '', `nodejs/${name}.js`), 'utf8'),
    );
    expect(layerFiles).toEqual(['one', 'two']);
  });

  it("have Lambda's defaults where nothing is said, and inline code on disk until the end", async () => {
    const local = await start((app) => new LambdaFunction(new Stack(app, 'Orders'), 'Fn', INLINE));
    const [fn] = local.functions;
    expect(fn).toMatchObject({ timeoutSeconds: 3, memoryMb: 128, architecture: 'x86_64', layerDirectories: [] });
    const file = join(fn?.codeDirectory ?? '', 'index.js');
    expect(readFileSync(file, 'utf8')).toBe('exports.handler = 1');
    await local.close();
    aws = undefined;
    expect(existsSync(file)).toBe(false);
  });

  it('leave out other runtimes silently, and those whose code is elsewhere with a word', async () => {
    const { functions, warnings } = await start((app) => {
      const stack = new Stack(app, 'Orders');
      new LambdaFunction(stack, 'Python', { ...INLINE, runtime: Runtime.PYTHON_3_13 });
      const elsewhere = Bucket.fromBucketName(stack, 'Elsewhere', 'artifacts');
      new LambdaFunction(stack, 'Remote', { ...INLINE, code: Code.fromBucket(elsewhere, 'fn.zip') });
      const layer = LayerVersion.fromLayerVersionArn(stack, 'Vendor', 'arn:aws:lambda:us-east-1:2:layer:vendor:1');
      new LambdaFunction(stack, 'Layered', { ...INLINE, layers: [layer] });
    });
    expect(functions.map(({ constructPath }) => constructPath)).toEqual(['Layered']);
    expect(warnings).toEqual([
      expect.stringMatching(/Remote.*cannot be run here: its code is s3:\/\/artifacts\/fn\.zip/),
      expect.stringMatching(/runs without layer arn:aws:lambda:us-east-1:2:layer:vendor:1/),
    ]);
  });
});

describe('the policies of a role', () => {
  const PUT = new PolicyStatement({ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::b/*'] });
  const newRole = (stack: Stack, more = {}) =>
    new Role(stack, 'Role', { roleName: 'role', assumedBy: new ServicePrincipal('lambda.amazonaws.com'), ...more });

  function mayPut(build: (stack: Stack) => void, roleArn = 'arn:aws:iam::000000000000:role/role'): boolean {
    const { stacks } = deploy(readCloudAssembly(synthesize((app) => build(new Stack(app, 'Orders')))));
    const principal = roleSession(roleArn, 'session', stacks);
    const context = requestContext(principal, 'us-east-1', new Date());
    return decide({ action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', context }, principal, []).allowed;
  }

  it.each<[string, boolean, (stack: Stack) => void]>([
    ['no policy', false, (stack) => newRole(stack)],
    ['a policy of its own', true, (stack) => newRole(stack).addToPolicy(PUT)],
    [
      'a managed policy that names the role',
      true,
      (stack) => new ManagedPolicy(stack, 'Policy', { statements: [PUT], roles: [newRole(stack)] }),
    ],
    [
      'a managed policy that the role names',
      true,
      (stack) => newRole(stack, { managedPolicies: [new ManagedPolicy(stack, 'Policy', { statements: [PUT] })] }),
    ],
    [
      "AWS's policy for administrators",
      true,
      (stack) => newRole(stack, { managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')] }),
    ],
    [
      "AWS's policy that reads only",
      false,
      (stack) =>
        newRole(stack, { managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonS3ReadOnlyAccess')] }),
    ],
    [
      "a policy of the account with the name of one of AWS's",
      false,
      (stack) => {
        const own = ManagedPolicy.fromManagedPolicyName(stack, 'Own', 'AdministratorAccess');
        newRole(stack, { managedPolicies: [own] });
      },
    ],
    [
      'a permissions boundary that allows less',
      false,
      (stack) => {
        const boundary = new ManagedPolicy(stack, 'Boundary', {
          statements: [new PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] })],
        });
        newRole(stack, { permissionsBoundary: boundary }).addToPolicy(PUT);
      },
    ],
    [
      'a policy of another role',
      false,
      (stack) => {
        newRole(stack);
        const other = new Role(stack, 'Other', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
        new Policy(stack, 'Policy', { statements: [PUT], roles: [other] });
      },
    ],
  ])('with %s: %s', (_, expected, build) => {
    expect(mayPut(build)).toBe(expected);
  });

  it('of a role that is only imported are those that the app attaches', () => {
    const arn = 'arn:aws:iam::000000000000:role/path/imported';
    expect(mayPut((stack) => Role.fromRoleArn(stack, 'Role', arn).addToPrincipalPolicy(PUT), arn)).toBe(true);
    expect(mayPut((stack) => Role.fromRoleArn(stack, 'Role', arn), arn)).toBe(false);
  });
});
