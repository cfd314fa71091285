import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  ArnPrincipal,
  type IRole,
  LazyRole,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction, Tracing } from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { INLINE, plainFunction, resourcesOf, stackNamed, statementsOf } from './support/setup';

const ENV = { account: '123456789012', region: 'eu-central-1' };
const ROLE_ARN = 'arn:aws:iam::123456789012:role/lambda';
const ASSUMED = { assumedBy: new ServicePrincipal('lambda.amazonaws.com') };

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('profiled-fn:roleCannotBeChanged'))
    .map(({ entry }) => String(entry.data));
}

function profiled(stack: Stack, role: IRole | undefined, bucket?: IBucket): Stack {
  new ProfiledFunction(stack, 'Fn', { ...INLINE, role, profilingOptions: { bucket } });
  return stack;
}

describe('the permission to upload', () => {
  it.each<[string, (stack: Stack) => IRole | undefined]>([
    ['a role that CDK makes', () => undefined],
    ["a role of the app's", (stack) => new Role(stack, 'Own', ASSUMED)],
    ['a lazy role', (stack) => new LazyRole(stack, 'Own', ASSUMED)],
    ['an imported role', (stack) => Role.fromRoleArn(stack, 'Own', ROLE_ARN)],
  ])('goes to %s, without a warning', (_, roleIn) => {
    const stack = stackNamed('Shop', { env: ENV });
    profiled(stack, roleIn(stack));
    expect(statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject')).toMatchObject([
      { Action: 's3:PutObject', Effect: 'Allow' },
    ]);
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:PutObject')).toEqual([]);
    expect(warningsOf(stack)).toEqual([]);
  });

  it('is printed for a role that may not be changed', () => {
    const stack = stackNamed('Shop', { env: ENV });
    profiled(stack, Role.fromRoleArn(stack, 'Own', ROLE_ARN, { mutable: false }));
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:PutObject')).toEqual([]);
    const [warning] = warningsOf(stack);
    expect(warning).toContain('The role of Shop/Fn is imported or takes no updates, so it cannot be changed here');
    expect(warning).toContain(
      '{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::<name of the bucket, see the stack\'s outputs>/profiled-fn/Shop/Fn/*"}',
    );
  });

  it('is printed whole for a bucket with a key', () => {
    const stack = stackNamed('Shop', { env: { ...ENV, region: 'cn-north-1' } });
    const keyArn = 'arn:aws-cn:kms:cn-north-1:123456789012:key/mine';
    const bucket = Bucket.fromBucketAttributes(stack, 'Mine', {
      bucketName: 'my-profiles',
      encryptionKey: Key.fromKeyArn(stack, 'Key', keyArn),
    });
    profiled(stack, Role.fromRoleArn(stack, 'Own', ROLE_ARN, { mutable: false }), bucket);
    const [warning] = warningsOf(stack);
    expect(warning).toContain('"arn:aws-cn:s3:::my-profiles/profiled-fn/Shop/Fn/*"');
    expect(warning).toContain(`{"Effect":"Allow","Action":"kms:GenerateDataKey","Resource":"${keyArn}"}`);
  });

  it("goes into the bucket's policy when the account of the stack is not known", () => {
    const stack = stackNamed();
    profiled(stack, Role.fromRoleArn(stack, 'Own', ROLE_ARN, { mutable: false }));
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:PutObject')).toMatchObject([
      { Action: 's3:PutObject', Principal: { AWS: ROLE_ARN } },
    ]);
    expect(warningsOf(stack)).toEqual([]);
  });

  it("includes data keys of the bucket's KMS key, and nothing else of it", () => {
    const stack = stackNamed();
    const bucket = new Bucket(stack, 'Mine', { encryption: BucketEncryption.KMS });
    profiled(stack, undefined, bucket);
    const [key] = Object.keys(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')).toEqual([
      { Action: 'kms:GenerateDataKey', Effect: 'Allow', Resource: { 'Fn::GetAtt': [key, 'Arn'] } },
    ]);
  });

  it('is part of the role also where the bucket has a key, for Profiling.of, which knows what the key refers to', () => {
    const app = new App();
    const platform = new Stack(app, 'Platform');
    const stack = new Stack(app, 'Shop');
    const keys = [new Key(platform, 'Key'), new Key(stack, 'Key')];
    keys.forEach((encryptionKey, index) => {
      const scope = new Construct(stack, `Part${index}`);
      for (const id of ['One', 'Two']) plainFunction(scope, id);
      Profiling.of(scope, { store: new ProfileStore(encryptionKey.stack, 'Profiles', { encryptionKey }) });
    });
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')).toHaveLength(4);
    expect(resourcesOf(stack, 'AWS::IAM::Policy')).toEqual([]);
  });

  it.each(['Profiling', 'ProfiledFunction'])(
    "is no part of the role where the key's policy names the role, which would be a circle: %s",
    (construct) => {
      const stack = stackNamed();
      const encryptionKey = new Key(stack, 'Key');
      const store = new ProfileStore(stack, 'Profiles', { encryptionKey });
      const fn =
        construct === 'Profiling'
          ? plainFunction(stack, 'Fn')
          : new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { store } });
      encryptionKey.grantAdmin(fn.grantPrincipal);
      const { role } = fn;
      const actions = ['kms:DescribeKey'];
      encryptionKey.addToResourcePolicy(
        new PolicyStatement({ actions, resources: ['*'], principals: [new ArnPrincipal(role?.roleArn ?? '')] }),
      );
      if (construct === 'Profiling') Profiling.of(stack, { store });
      const [{ Properties }] = resourcesOf(stack, 'AWS::IAM::Role');
      expect(Properties.Policies).toBeUndefined();
      expect(statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject')).toHaveLength(1);
    },
  );

  it('is added to the policy that CDK has made for the role, and one for two functions is moved there', () => {
    const stack = stackNamed();
    const traced = new LambdaFunction(stack, 'Traced', { ...INLINE, tracing: Tracing.ACTIVE });
    const role = new Role(stack, 'Shared', ASSUMED);
    for (const id of ['One', 'Two', 'Three']) new LambdaFunction(stack, id, { ...INLINE, role });
    Profiling.of(stack);
    expect(resourcesOf(stack, 'AWS::IAM::Role').map(({ Properties }) => Properties.Policies)).toEqual([
      undefined,
      undefined,
    ]);
    const policies = resourcesOf(stack, 'AWS::IAM::Policy').map(({ Properties }) => Properties.PolicyDocument);
    expect(policies.map((document) => (document as { Statement: unknown[] }).Statement.length)).toEqual([2, 3]);
    expect(traced.role?.node.tryFindChild('DefaultPolicy')).toBeDefined();
  });

  it("keeps the role's own policies", () => {
    const stack = stackNamed();
    const statements = [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] })];
    const inlinePolicies = { Own: new PolicyDocument({ statements }) };
    profiled(stack, new Role(stack, 'Own', { ...ASSUMED, inlinePolicies }));
    const [{ Properties }] = resourcesOf(stack, 'AWS::IAM::Role');
    expect(Properties.Policies).toMatchObject([{ PolicyName: 'Own' }, { PolicyName: 'ProfiledFnUpload' }]);
  });

  it("goes into the policies of the app's bucket and key for a role that may not be changed", () => {
    const stack = stackNamed();
    const bucket = new Bucket(stack, 'Mine', { encryption: BucketEncryption.KMS });
    profiled(stack, Role.fromRoleArn(stack, 'Own', ROLE_ARN, { mutable: false }), bucket);
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:PutObject')).toMatchObject([
      { Principal: { AWS: ROLE_ARN } },
    ]);
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    expect(Properties.KeyPolicy.Statement).toContainEqual(
      expect.objectContaining({ Action: 'kms:GenerateDataKey', Principal: { AWS: ROLE_ARN } }),
    );
    expect(warningsOf(stack)).toEqual([]);
  });

  it.each([
    ['a role', Role],
    ['a lazy role', LazyRole],
  ])('goes to %s of another stack by a policy beside the function, without a cycle', (_, AnyRole) => {
    const app = new App();
    const roles = new Stack(app, 'Roles');
    const stack = new Stack(app, 'Shop');
    const bucket = new Bucket(stack, 'Mine', { encryption: BucketEncryption.KMS });
    profiled(stack, new AnyRole(roles, 'Own', ASSUMED), bucket);
    app.synth();
    const [fn] = resourcesOf(stack, 'AWS::Lambda::Function');
    const [policy] = resourcesOf(stack, 'AWS::IAM::Policy');
    expect(policy.Properties.Roles).toEqual([
      { 'Fn::ImportValue': expect.stringMatching(/^Roles:ExportsOutputRefOwn/) },
    ]);
    expect(fn).toMatchObject({ DependsOn: [policy.logicalId] });
    expect(statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject')).toHaveLength(1);
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')).toHaveLength(1);
    expect(resourcesOf(roles, 'AWS::IAM::Policy')).toEqual([]);
    expect(warningsOf(stack)).toEqual([]);
  });

  it('has a name of its own for each function that shares a role with functions of other stacks', () => {
    const app = new App();
    const role = new Role(new Stack(app, 'Roles'), 'Own', ASSUMED);
    const stacks = ['Shop', 'Blog'].map((name) => profiled(new Stack(app, name), role));
    const names = stacks.map((stack) => resourcesOf(stack, 'AWS::IAM::Policy')[0].Properties.PolicyName);
    expect(new Set(names).size).toBe(2);
  });

  it('is refused with the remedy where the role was imported in another stack, and may be changed', () => {
    const [changeable, unchangeable] = [true, false].map((mutable) => () => {
      const app = new App();
      const role = Role.fromRoleArn(new Stack(app, 'Roles', { env: ENV }), 'Own', ROLE_ARN, { mutable });
      return profiled(new Stack(app, 'Shop', { env: ENV }), role);
    });
    expect(changeable).toThrow(
      /^Cannot profile Shop\/Fn: its role, Roles\/Own, is imported in another stack.*Import it in the stack of the function/,
    );
    expect(warningsOf(unchangeable())).toHaveLength(1);
  });

  it('reaches a bucket with a key in another stack without a cycle', () => {
    const app = new App();
    const bucket = new Bucket(new Stack(app, 'Platform'), 'Profiles', { encryption: BucketEncryption.KMS });
    const stack = profiled(new Stack(app, 'Shop'), undefined, bucket);
    const imported = { 'Fn::ImportValue': expect.stringMatching(/^Platform:/) };
    expect(statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject')[0].Resource).toEqual({
      'Fn::Join': ['', [imported, '/profiled-fn/', { Ref: 'AWS::StackName' }, '/Fn/*']],
    });
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')[0].Resource).toEqual(imported);
  });
});
