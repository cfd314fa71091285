import { App, Aws, CfnParameter, Fn, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { environmentOf, INLINE, plainFunction, stackNamed } from './support/setup';

const INSIDE = /The prefix 'a\/b' of .* is inside the prefix 'a' of .*, in the same bucket: .*Set 'prefix'/;

/** Two stores whose prefixes are one inside the other. */
const BUCKETS: [string, (app: App) => [IBucket, IBucket]][] = [
  [
    'a bucket of the app',
    (app) => {
      const bucket = new Bucket(new Stack(app, 'Platform'), 'Mine');
      return [bucket, bucket];
    },
  ],
  [
    'a bucket that is imported twice',
    (app) => {
      const stack = new Stack(app, 'Platform');
      return [Bucket.fromBucketName(stack, 'One', 'mine'), Bucket.fromBucketName(stack, 'Two', 'mine')];
    },
  ],
  [
    'a bucket of the app with a name, and by this name',
    (app) => {
      const stack = new Stack(app, 'Platform');
      return [new Bucket(stack, 'One', { bucketName: 'mine' }), Bucket.fromBucketName(stack, 'Two', 'mine')];
    },
  ],
  [
    'a bucket of the app, and by its name, which CloudFormation draws',
    (app) => {
      const stack = new Stack(app, 'Platform');
      const bucket = new Bucket(stack, 'One');
      return [bucket, Bucket.fromBucketName(stack, 'Two', bucket.bucketName)];
    },
  ],
  [
    'a bucket that is imported by an export',
    (app) => {
      const stack = new Stack(app, 'Platform');
      const imported = (id: string) => Bucket.fromBucketName(stack, id, Fn.importValue('profiles'));
      return [imported('One'), imported('Two')];
    },
  ],
];

describe('prefixes of which one lies inside the other', () => {
  it.each(BUCKETS)('are refused in %s', (_, bucketsIn) => {
    for (const prefixes of [
      ['a', 'a/b'],
      ['a/b', 'a'],
    ]) {
      const app = new App();
      const stack = new Stack(app, 'Shop');
      bucketsIn(app).forEach((bucket, index) => {
        new ProfileStore(stack, `Store${index}`, { bucket, prefix: prefixes[index] });
      });
      expect(() => app.synth()).toThrow(INSIDE);
    }
  });

  it('are refused of functions, too, and in other stacks and stages', () => {
    const app = new App();
    const [one, two] = [new Stack(app, 'One'), new Stack(new Stage(app, 'Production'), 'Two')];
    const options = (stack: Stack, prefix: string) => ({
      bucket: Bucket.fromBucketName(stack, 'Mine', 'mine'),
      prefix,
    });
    new ProfiledFunction(one, 'Fn', { ...INLINE, profilingOptions: options(one, 'a') });
    plainFunction(two, 'Fn');
    Profiling.of(two, options(two, 'a/b'));
    expect(() => app.synth()).toThrow(INSIDE);
  });

  it.each<[string, string, string]>([
    ['beside each other', 'a', 'b'],
    ['the same, which is one store', 'a', 'a'],
    ['alike', 'a', 'ab'],
    ['alike, in folders', 'a/b', 'a/bc'],
  ])('are not meant by that: %s', (_, first, second) => {
    const stack = stackNamed();
    const bucket = new Bucket(stack, 'Mine');
    new ProfileStore(stack, 'One', { bucket, prefix: first });
    new ProfileStore(stack, 'Two', { bucket, prefix: second });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  it('are allowed in different buckets', () => {
    const stack = stackNamed();
    new ProfileStore(stack, 'One', { prefix: 'a' });
    new ProfileStore(stack, 'Two', { prefix: 'a/b' }).grantRead(new AccountPrincipal('123456789012'));
    new ProfileStore(stack, 'Three', { bucket: Bucket.fromBucketName(stack, 'B', 'mine'), prefix: 'a/b/c' });
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('a prefix with a token', () => {
  const storeWith = (prefixOf: (stack: Stack) => string) => {
    const stack = stackNamed();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'mine');
    new ProfileStore(stack, 'Store', { bucket, prefix: prefixOf(stack) });
    new ProfileStore(stack, 'Other', { bucket, prefix: 'other' });
    return stack;
  };
  const told = (stack: Stack) => Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('prefixIsNotKnown'));

  it.each([
    ['has a wildcard', 'profiles/*'],
    ['ends with a slash', 'profiles/'],
    ['is empty', ''],
  ])('is refused when it %s, once it is known', (_, value) => {
    expect(() => Template.fromStack(storeWith(() => Lazy.string({ produce: () => value })))).toThrow(
      `Of Shop/Store: 'prefix' is '${value}': give names of A-Z`,
    );
  });

  it.each<[string, (stack: Stack) => string]>([
    ['has a wildcard', () => `profiles/*/${Aws.REGION}`],
    ['begins with a slash', () => `/${Aws.ACCOUNT_ID}`],
    ['has an empty name', () => `profiles//${Aws.ACCOUNT_ID}`],
    ['ends with a slash', (stack) => `${new CfnParameter(stack, 'Part').valueAsString}/`],
  ])('is refused when what is known of it %s', (_, prefixOf) => {
    expect(() => Template.fromStack(storeWith(prefixOf))).toThrow(/Of Shop\/Store: 'prefix' is/);
  });

  it.each<[string, (stack: Stack) => string]>([
    ['another', () => `other/${Aws.REGION}`],
    ['another, once it is known', () => Lazy.string({ produce: () => 'other/b' })],
  ])('is refused inside %s', (_, prefixOf) => {
    expect(() => Template.fromStack(storeWith(prefixOf))).toThrow(
      /of Shop\/Store is inside the prefix 'other' of Shop\/Other/,
    );
  });

  it('is refused around another with the same token', () => {
    const stack = stackNamed();
    const bucket = new Bucket(stack, 'Mine');
    for (const part of ['', '/b']) new ProfileStore(stack, `S${part}`, { bucket, prefix: `${Aws.REGION}${part}` });
    expect(() => Template.fromStack(stack)).toThrow(/is inside the prefix '{"Ref":"AWS::Region"}'/);
  });

  it('of account and region needs no word, as their form is known', () => {
    const stack = storeWith(({ account, region }) => `profiles/${account}/${region}`);
    expect(told(stack)).toEqual([]);
  });

  it('of a parameter says what has to hold', () => {
    const stack = storeWith((scope) => `profiles/${new CfnParameter(scope, 'Team').valueAsString}`);
    expect(told(stack).map(({ id }) => id)).toEqual(['/Shop/Store']);
    expect(String(told(stack)[0].entry.data)).toContain('no prefix may contain another one');
  });
});

it('the stores of stacks are no reason, however many there are', () => {
  const app = new App();
  const stacks = ['A', 'B', 'C'].map((name) => new Stack(app, name));
  for (const stack of stacks) plainFunction(stack, 'Fn');
  Profiling.of(app);
  app.synth();
  for (const stack of stacks) expect(environmentOf(stack)).toMatchObject({ PROFILED_FN_HANDLER: 'index.handler' });
});
