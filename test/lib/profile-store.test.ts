import { App, Aws, Duration, NestedStack, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, AccountRootPrincipal, Group, Role, User } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, type ProfileStoreProps } from '../../lib';
import { environmentOf, INLINE, resourcesOf, stackNamed, statementsOf } from './support/setup';

/** The rule that expires the snapshots of the stack's only bucket. */
function expiration(stack: Stack): unknown {
  const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket');
  return (bucket.Properties.LifecycleConfiguration as { Rules: unknown[] }).Rules[0];
}

describe('ProfileStore', () => {
  it('is one for a stack, also for what is nested in it', () => {
    const stack = stackNamed();
    const store = ProfileStore.of(new Construct(stack, 'Api'));
    const nested = new NestedStack(new NestedStack(stack, 'Outer'), 'Inner');
    expect(ProfileStore.of(nested)).toBe(store);
    expect(ProfileStore.of(stackNamed('Other'))).not.toBe(store);
  });

  it('is private, encrypted and bounded', () => {
    const stack = stackNamed();
    ProfileStore.of(stack);
    const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket');
    expect(bucket.Properties).toEqual({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [
          { Id: 'ExpireSnapshots', Prefix: 'profiled-fn/', ExpirationInDays: 14, Status: 'Enabled' },
          { Id: 'AbortUploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:*')).toMatchObject([
      { Effect: 'Deny', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  it('stays when the stack goes, unless told otherwise', () => {
    const stack = stackNamed();
    ProfileStore.of(stack);
    Template.fromStack(stack).hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });

    const temporary = stackNamed();
    ProfileStore.of(temporary).bucket.applyRemovalPolicy(RemovalPolicy.DESTROY);
    Template.fromStack(temporary).hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });

  it('keeps snapshots as long as the function of the stack that wants them longest', () => {
    const profiled = (stack: Stack, id: string, days?: number) =>
      new ProfiledFunction(stack, id, {
        ...INLINE,
        profilingOptions: { retention: days === undefined ? undefined : Duration.days(days) },
      });
    const shorter = stackNamed();
    profiled(shorter, 'A', 3);
    profiled(shorter, 'B', 5);
    expect(expiration(shorter)).toMatchObject({ ExpirationInDays: 5 });

    const mixed = stackNamed();
    profiled(mixed, 'A', 3);
    profiled(mixed, 'B');
    expect(expiration(mixed)).toMatchObject({ ExpirationInDays: 14 });

    const longer = stackNamed();
    profiled(longer, 'A');
    profiled(longer, 'B', 90);
    expect(expiration(longer)).toMatchObject({ ExpirationInDays: 90 });
  });
});

describe("a ProfileStore of one's own", () => {
  it('has its prefix, its retention, its key and its logs', () => {
    const stack = stackNamed();
    const logs = new Bucket(stack, 'Logs');
    const encryptionKey = new Key(stack, 'Key');
    new ProfileStore(stack, 'Store', {
      prefix: 'profiles/production',
      retention: Duration.days(3),
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'profiles/',
    });
    const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket', 'Store');
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': [stack.getLogicalId(encryptionKey.node.defaultChild as never), 'Arn'] },
              },
            },
          ],
        },
        LifecycleConfiguration: { Rules: [{ Prefix: 'profiles/production/', ExpirationInDays: 3 }, {}] },
        LoggingConfiguration: {
          DestinationBucketName: { Ref: stack.getLogicalId(logs.node.defaultChild as never) },
          LogFilePrefix: 'profiles/',
        },
      },
    });
    Template.fromStack(stack).resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });

  it('is one of several in a stack, each function with its own', () => {
    const stack = stackNamed();
    for (const id of ['Fast', 'Slow']) {
      const store = new ProfileStore(stack, `${id}Store`, { prefix: id.toLowerCase() });
      new ProfiledFunction(stack, id, { ...INLINE, profilingOptions: { store } });
    }
    new ProfiledFunction(stack, 'Default', INLINE);
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 3);
    expect(environmentOf(stack, 'Slow')).toMatchObject({
      PROFILED_FN_BUCKET: { Ref: expect.stringMatching(/^SlowStoreBucket/) },
      PROFILED_FN_PREFIX: { 'Fn::Join': ['', ['slow/', { Ref: 'AWS::StackName' }, '/Slow']] },
    });
    const resources = statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject').map(({ Resource }) => Resource);
    expect(JSON.stringify(resources)).toContain('"/slow/",{"Ref":"AWS::StackName"},"/Slow/*"');
  });

  it('is shared by the stacks of a stage', () => {
    const stage = new Stage(new App(), 'Production');
    const store = new ProfileStore(new Stack(stage, 'Platform'), 'Profiles');
    const shop = new Stack(stage, 'Shop');
    const nested = new NestedStack(shop, 'Backend');
    new ProfiledFunction(shop, 'Web', { ...INLINE, profilingOptions: { store } });
    new ProfiledFunction(nested, 'Orders', { ...INLINE, profilingOptions: { store } });
    stage.synth();
    Template.fromStack(shop).resourceCountIs('AWS::S3::Bucket', 0);
    expect(environmentOf(shop).PROFILED_FN_BUCKET).toEqual({
      'Fn::ImportValue': expect.stringMatching(/^Production-Platform:ExportsOutputRefProfilesBucket/),
    });
    expect(Template.fromStack(shop).toJSON().Outputs.ProfiledFnBucketName.Value).toEqual(
      environmentOf(shop).PROFILED_FN_BUCKET,
    );
    expect(environmentOf(nested).PROFILED_FN_BUCKET).toEqual(environmentOf(shop).PROFILED_FN_BUCKET);
  });

  it('takes a bucket that is there already, as it is', () => {
    const stack = stackNamed();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-profiles');
    const store = new ProfileStore(stack, 'Store', { bucket, prefix: Aws.ACCOUNT_ID });
    expect(store.bucket).toBe(bucket);
    new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { store } });
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
    expect(environmentOf(stack)).toMatchObject({
      PROFILED_FN_BUCKET: 'my-profiles',
      PROFILED_FN_PREFIX: {
        'Fn::Join': ['', [{ Ref: 'AWS::AccountId' }, '/', { Ref: 'AWS::StackName' }, '/Fn']],
      },
    });
  });

  it('takes a retention that is a token', () => {
    const stack = stackNamed();
    new ProfileStore(stack, 'Store', { retention: Duration.days(Token.asNumber({ Ref: 'Days' })) });
    expect(expiration(stack)).toMatchObject({ ExpirationInDays: { Ref: 'Days' } });
  });

  const key = () => Key.fromKeyArn(stackNamed(), 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/mine');
  const mine = () => Bucket.fromBucketName(stackNamed(), 'Mine', 'mine');
  it.each<[string, () => ProfileStoreProps, string]>([
    ['a prefix with a slash', () => ({ prefix: 'profiles/' }), "'prefix' is 'profiles/': give names"],
    [
      'a number of days',
      () => ({ retention: 14 as never }),
      "'retention' is 14, which is not a Duration: give whole days",
    ],
    ['no days', () => ({ retention: Duration.hours(3) }), "'retention' is 3 hours: give whole days"],
    [
      'a token in hours',
      () => ({ retention: Duration.hours(Token.asNumber({ Ref: 'Hours' })) }),
      "'retention' is a token in hours: give it as Duration.days",
    ],
    [
      'settings of a bucket that is there already',
      () => ({ bucket: mine(), encryptionKey: key(), retention: Duration.days(3) }),
      "'retention', 'encryptionKey' cannot be set for an existing bucket",
    ],
    [
      'to empty a bucket that stays',
      () => ({ autoDeleteObjects: true }),
      "set 'removalPolicy' to RemovalPolicy.DESTROY",
    ],
    ['logs without a place', () => ({ serverAccessLogsPrefix: 'logs/' }), "set 'serverAccessLogsBucket'"],
  ])('refuses %s', (_, props, message) => {
    expect(() => new ProfileStore(stackNamed(), 'Store', props())).toThrow(
      new RegExp(`^Cannot create the ProfileStore Shop/Store: .*${message.replace(/[.*]/g, '\\$&')}`),
    );
  });
});

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('profiled-fn:bucketCannotBeChanged'))
    .map(({ entry }) => String(entry.data));
}

describe('grantRead', () => {
  const ENV = { account: '123456789012', region: 'eu-central-1' };

  it('lets a reader list and get below the prefix, and nothing else', () => {
    const stack = stackNamed();
    const grant = new ProfileStore(stack, 'Store').grantRead(new Group(stack, 'Developers'));
    expect(grant.success).toBe(true);
    const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket');
    const arn = { 'Fn::GetAtt': [bucket.logicalId, 'Arn'] };
    const [policy] = resourcesOf(stack, 'AWS::IAM::Policy');
    expect((policy.Properties.PolicyDocument as { Statement: unknown }).Statement).toEqual([
      {
        Action: 's3:ListBucket',
        Condition: { StringLike: { 's3:prefix': 'profiled-fn/*' } },
        Effect: 'Allow',
        Resource: arn,
      },
      { Action: 's3:GetObject', Effect: 'Allow', Resource: { 'Fn::Join': ['', [arn, '/profiled-fn/*']] } },
    ]);
  });

  it("lets a reader decrypt with the bucket's key", () => {
    const stack = stackNamed();
    const store = new ProfileStore(stack, 'Store', { encryptionKey: new Key(stack, 'Key') });
    store.grantRead(new User(stack, 'Ada'));
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:Decrypt')).toEqual([
      { Action: 'kms:Decrypt', Effect: 'Allow', Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } },
    ]);
  });

  it('goes into the policies of bucket and key for another account', () => {
    const stack = stackNamed('Shop', { env: ENV });
    const store = new ProfileStore(stack, 'Store', { prefix: 'p', encryptionKey: new Key(stack, 'Key') });
    const grant = store.grantRead(new AccountPrincipal('210987654321'));
    expect(grant.success).toBe(true);
    const Principal = { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::210987654321:root']] } };
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:ListBucket')).toMatchObject([
      { Principal, Condition: { StringLike: { 's3:prefix': 'p/*' } } },
    ]);
    expect(statementsOf(stack, 'AWS::S3::BucketPolicy', 's3:GetObject')).toMatchObject([{ Principal }]);
    const [{ Properties }] = resourcesOf(stack, 'AWS::KMS::Key');
    expect((Properties.KeyPolicy as { Statement: unknown[] }).Statement).toContainEqual(
      expect.objectContaining({ Action: 'kms:Decrypt', Principal }),
    );
    expect(warningsOf(stack)).toEqual([]);
  });

  it('prints what to add to an imported bucket for another account', () => {
    const stack = stackNamed('Shop', { env: ENV });
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'mine');
    new ProfileStore(stack, 'Store', { bucket }).grantRead(new AccountPrincipal('210987654321'));
    const [warning] = warningsOf(stack);
    expect(warning).toContain('The bucket or the key of Shop/Store is imported, so its policy cannot be changed here');
    expect(warning).toMatch(/"s3:ListBucket".*"s3:prefix":"profiled-fn\/\*".*"s3:GetObject".*mine\/profiled-fn\/\*/);
  });

  it('says nothing of an imported bucket to a reader of the same account', () => {
    const stack = stackNamed('Shop', { env: ENV });
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'mine');
    const store = new ProfileStore(stack, 'Store', { bucket });
    store.grantRead(new Group(stack, 'Developers'));
    store.grantRead(new Role(stack, 'Role', { assumedBy: new AccountRootPrincipal() }));
    store.grantRead(Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::123456789012:role/developers'));
    expect(warningsOf(stack)).toEqual([]);
  });
});
