import { NestedStack, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ProfileStore } from '../../lib';
import { resourcesOf, stackNamed, statementsOf } from './setup';

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
});
