import { App, Stack, Stage } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { environmentOf, INLINE, plainFunction } from './support/setup';

const HERE = { account: '123456789012', region: 'eu-central-1' };
const ELSEWHERE = { ...HERE, region: 'us-east-1' };
const OTHERS = { ...HERE, account: '210987654321' };

const bucketOf = (scope: Construct) => new Bucket(scope, 'Named', { bucketName: 'my-profiles' });

describe('a bucket that CDK cannot refer to', () => {
  it.each([
    ['of another region', ELSEWHERE, 'aws://123456789012/us-east-1'],
    ['of another account', OTHERS, 'aws://210987654321/eu-central-1'],
    ['without an env', undefined, 'aws://unknown-account/unknown-region'],
  ])('is refused with both environments: %s', (_, env, environment) => {
    const app = new App();
    const store = new ProfileStore(new Stack(app, 'Platform', { env }), 'Profiles');
    const stack = new Stack(app, 'Shop', { env: HERE });
    const refusal = new RegExp(
      `Cannot profile Shop/\\w+: its bucket, Platform/Profiles/Bucket, is in ${environment} and the function in ` +
        "aws://123456789012/eu-central-1.*Omit 'store' and 'bucket' there.* Or give both stacks the same 'env'",
    );
    expect(() => new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { store } })).toThrow(refusal);
    plainFunction(stack, 'Plain');
    Profiling.of(stack, { bucket: store.bucket });
    expect(() => app.synth()).toThrow(refusal);
  });

  it('is refused with a key of another region, though the bucket has a name', () => {
    const app = new App();
    const platform = new Stack(app, 'Platform', { env: ELSEWHERE });
    const bucket = new Bucket(platform, 'Named', {
      bucketName: 'my-profiles',
      encryptionKey: new Key(platform, 'Key'),
    });
    const store = new ProfileStore(platform, 'Profiles', { bucket });
    plainFunction(new Stack(app, 'Shop', { env: HERE }), 'Fn');
    Profiling.of(app, { store });
    expect(() => app.synth()).toThrow(/its bucket, Platform\/Named, is in aws:\/\/123456789012\/us-east-1/);
  });

  it('is refused in a stage', () => {
    const app = new App();
    const store = new ProfileStore(new Stack(app, 'Platform'), 'Profiles');
    plainFunction(new Stack(new Stage(app, 'Production'), 'Shop'), 'Fn');
    Profiling.of(app, { store });
    expect(() => app.synth()).toThrow(
      /Cannot profile Production\/Shop\/Fn: its bucket, Platform\/Profiles\/Bucket, is in another stage.*Omit 'store' and 'bucket'/,
    );
  });

  it.each([
    ['with a name of its own', bucketOf, 'my-profiles'],
    ['imported', (scope: Construct) => Bucket.fromBucketName(scope, 'Theirs', 'my-profiles'), 'my-profiles'],
  ])('is none in another region where its bucket is %s', (_, bucketIn, name) => {
    const app = new App();
    const platform = new Stack(app, 'Platform', { env: ELSEWHERE });
    const store = new ProfileStore(platform, 'Profiles', { bucket: bucketIn(platform) });
    const stack = new Stack(app, 'Shop', { env: HERE });
    plainFunction(stack, 'Fn');
    Profiling.of(stack, { store });
    expect(environmentOf(stack)).toMatchObject({ PROFILED_FN_BUCKET: name });
  });

  it('is none in another region where the stacks refer across them', () => {
    const app = new App();
    const crossRegionReferences = true;
    const platform = new Stack(app, 'Platform', { env: ELSEWHERE, crossRegionReferences });
    const store = new ProfileStore(platform, 'Profiles');
    const stack = new Stack(app, 'Shop', { env: HERE, crossRegionReferences });
    plainFunction(stack, 'Fn');
    Profiling.of(stack, { store });
    expect(environmentOf(stack, 'Fn')).toHaveProperty('PROFILED_FN_BUCKET');
  });
});
