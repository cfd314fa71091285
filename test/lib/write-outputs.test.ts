import { App, Aws, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction } from '../../lib';
import { INLINE, stackNamed } from './support/setup';

function outputsOf(stack: Stack): Record<string, { Value: unknown; Export?: unknown }> {
  return Template.fromStack(stack).toJSON().Outputs;
}

describe('the outputs', () => {
  it("name the bucket and list each function with Lambda's name", () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Cart', { ...INLINE, functionName: 'shop-cart' });
    new ProfiledFunction(stack, 'Search', { ...INLINE, functionName: 'shop-search' });
    const cart = { Ref: expect.stringMatching(/^Cart/) };
    const search = { Ref: expect.stringMatching(/^Search/) };
    expect(outputsOf(stack)).toEqual({
      ProfiledFnBucketName: {
        Description: 'Bucket with profiles',
        Value: { Ref: expect.stringMatching(/^ProfiledFnStore/) },
      },
      ProfiledFnFunctions: {
        Description: 'Profiled functions',
        Value: { 'Fn::Join': ['', ['Cart=', cart, ',Search=', search]] },
      },
    });
  });

  it('hold twenty functions each', () => {
    const stack = stackNamed();
    for (let index = 0; index < 41; index++) new ProfiledFunction(stack, `Fn${index}`, INLINE);
    const outputs = outputsOf(stack);
    expect(Object.keys(outputs)).toEqual([
      'ProfiledFnBucketName',
      'ProfiledFnFunctions',
      'ProfiledFnFunctions2',
      'ProfiledFnFunctions3',
    ]);
    const functionsIn = ({ Value }: { Value: unknown }) => JSON.stringify(Value).match(/Fn\d+(?==)/g);
    expect(functionsIn(outputs.ProfiledFnFunctions)).toHaveLength(20);
    expect(functionsIn(outputs.ProfiledFnFunctions2)).toContain('Fn39');
    expect(functionsIn(outputs.ProfiledFnFunctions3)).toEqual(['Fn40']);
  });

  it('hold fewer functions where their paths are long, so that no value has more than 4 KB', () => {
    const stack = stackNamed();
    for (let index = 0; index < 16; index++) new ProfiledFunction(stack, `${'x'.repeat(730)}${index}`, INLINE);
    const outputs = outputsOf(stack);
    delete outputs.ProfiledFnBucketName;
    const segments = Object.values(outputs).map(({ Value }) => JSON.stringify(Value).match(/x+\d+(?==)/g) ?? []);
    expect(segments.map(({ length }) => length)).toEqual([5, 5, 5, 1]);
    expect(new Set(segments.flat()).size).toBe(16);
  });

  it('name every bucket once, in the order of first use', () => {
    const app = new App();
    const shared = new Bucket(new Stack(app, 'Platform'), 'Profiles');
    const stack = new Stack(app, 'Shop');
    const imported = ['A', 'B'].map((id) => Bucket.fromBucketName(stack, id, 'my-profiles'));
    const buckets = [imported[0], undefined, imported[1], shared, undefined, shared];
    buckets.forEach((bucket, index) => {
      new ProfiledFunction(stack, `Fn${index}`, { ...INLINE, profilingOptions: { bucket } });
    });
    expect(outputsOf(stack)).toMatchObject({
      ProfiledFnBucketName: { Value: 'my-profiles' },
      ProfiledFnBucketName2: { Value: { Ref: expect.stringMatching(/^ProfiledFnStore/) } },
      ProfiledFnBucketName3: { Value: { 'Fn::ImportValue': expect.stringMatching(/^Platform:/) } },
    });
    expect(outputsOf(stack)).not.toHaveProperty('ProfiledFnBucketName4');
  });

  it('name a bucket once, however its name is imported', () => {
    const stack = stackNamed();
    for (const id of ['A', 'B']) {
      const bucket = Bucket.fromBucketName(stack, id, Fn.importValue('profiles'));
      new ProfiledFunction(stack, `Fn${id}`, { ...INLINE, profilingOptions: { bucket } });
    }
    expect(outputsOf(stack)).toMatchObject({ ProfiledFnBucketName: { Value: { 'Fn::ImportValue': 'profiles' } } });
    expect(outputsOf(stack)).not.toHaveProperty('ProfiledFnBucketName2');
  });

  it('tell buckets of the same id in two stacks apart', () => {
    const app = new App();
    const buckets = ['One', 'Two'].map((id) => new Bucket(new Stack(app, id), 'Profiles'));
    const stack = new Stack(app, 'Shop');
    for (const [index, bucket] of buckets.entries()) {
      new ProfiledFunction(stack, `Fn${index}`, { ...INLINE, profilingOptions: { bucket } });
    }
    expect(outputsOf(stack)).toMatchObject({
      ProfiledFnBucketName: { Value: { 'Fn::ImportValue': expect.stringMatching(/^One:/) } },
      ProfiledFnBucketName2: { Value: { 'Fn::ImportValue': expect.stringMatching(/^Two:/) } },
    });
  });

  it('name a prefix beside its bucket, where readers would not take it anyway', () => {
    const stack = stackNamed();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-profiles');
    const prefixes = [undefined, 'blue', 'profiled-fn', Aws.REGION, 'blue'];
    prefixes.forEach((prefix, index) => {
      new ProfiledFunction(stack, `Fn${index}`, { ...INLINE, profilingOptions: { bucket, prefix } });
    });
    const values = Object.entries(outputsOf(stack)).map(([id, { Value }]) => [id, Value]);
    expect(values.filter(([id]) => id !== 'ProfiledFnFunctions')).toEqual([
      ['ProfiledFnBucketName', 'my-profiles'],
      ['ProfiledFnBucketName2', 'my-profiles'],
      ['ProfiledFnPrefix2', 'blue'],
      ['ProfiledFnBucketName3', 'my-profiles'],
      ['ProfiledFnPrefix3', { Ref: 'AWS::Region' }],
    ]);
  });

  it('leave functions out that are not profiled', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Cart', INLINE);
    new ProfiledFunction(stack, 'Search', { ...INLINE, profilingOptions: { enabled: false } });
    expect(JSON.stringify(outputsOf(stack))).not.toContain('Search');
  });
});
