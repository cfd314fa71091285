import { createRequire } from 'node:module';
import * as cdk from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as constructs from 'constructs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ProfileStore, Profiling } from '../../lib';
import './support/setup';

/** What the apps below use of CDK. */
const CDK = { cdk, cloudfront, iam, kms, lambda, s3, constructs };
type Cdk = typeof CDK;

const require = createRequire(import.meta.url);
const isOfCdk = (file: string) => /[/\\]node_modules[/\\](aws-cdk-lib|constructs)[/\\]/.test(file);

/** Another copy, as `npm link`, workspaces and `file:` dependencies lead to: the same files, loaded once more. */
let other: Cdk;
const first: Record<string, NodeJS.Module | undefined> = {};
beforeAll(() => {
  for (const file of Object.keys(require.cache).filter(isOfCdk)) {
    first[file] = require.cache[file];
    delete require.cache[file];
  }
  other = {
    cdk: require('aws-cdk-lib'),
    cloudfront: require('aws-cdk-lib/aws-cloudfront'),
    iam: require('aws-cdk-lib/aws-iam'),
    kms: require('aws-cdk-lib/aws-kms'),
    lambda: require('aws-cdk-lib/aws-lambda'),
    s3: require('aws-cdk-lib/aws-s3'),
    constructs: require('constructs'),
  };
});
afterAll(() => Object.assign(require.cache, first));

const ENV = { account: '123456789012', region: 'us-east-1' };

function propsOf({ lambda: { Code, Runtime } }: Cdk): lambda.FunctionProps {
  const code = Code.fromInline('exports.handler = async () => {};');
  return { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X };
}

/** The templates of an app that `build` fills, by stack. */
function templatesOf(copy: Cdk, build: (copy: Cdk, stack: cdk.Stack, app: cdk.App) => void): Record<string, unknown> {
  const app = new copy.cdk.App();
  const stack = new copy.cdk.Stack(app, 'Shop', { env: ENV });
  build(copy, stack, app);
  const { stacksRecursively } = app.synth();
  return Object.fromEntries(stacksRecursively.map(({ stackName, template }) => [stackName, template]));
}

const APPS: Record<string, (copy: Cdk, stack: cdk.Stack, app: cdk.App) => void> = {
  'a function': (copy, stack, app) => {
    new copy.lambda.Function(stack, 'Fn', propsOf(copy));
    Profiling.of(app);
  },
  'functions in nested stacks and stages': (copy, stack, app) => {
    new copy.lambda.Function(new copy.cdk.NestedStack(stack, 'Backend'), 'Fn', propsOf(copy));
    const inStage = new copy.cdk.Stack(new copy.cdk.Stage(app, 'Production', { env: ENV }), 'Blog');
    new copy.lambda.Function(inStage, 'Fn', propsOf(copy));
    Profiling.of(app);
  },
  'own, shared, lazy, imported and unchangeable roles, and those of another stack': (copy, stack, app) => {
    const assumedBy = new copy.iam.ServicePrincipal('lambda.amazonaws.com');
    const shared = new copy.iam.Role(stack, 'Shared', { assumedBy });
    const elsewhere = new copy.cdk.Stack(app, 'Roles', { env: ENV });
    const roles: Record<string, iam.IRole> = {
      Own: new copy.iam.Role(stack, 'OwnRole', { assumedBy }),
      First: shared,
      Second: shared,
      Lazy: new copy.iam.LazyRole(stack, 'LazyRole', { assumedBy }),
      Imported: copy.iam.Role.fromRoleName(stack, 'ImportedRole', 'imported'),
      Unchangeable: new copy.iam.Role(stack, 'FixedRole', { assumedBy }).withoutPolicyUpdates(),
      Elsewhere: new copy.iam.Role(elsewhere, 'ElsewhereRole', { assumedBy, roleName: 'elsewhere' }),
      LazyElsewhere: new copy.iam.LazyRole(elsewhere, 'LazyElsewhereRole', { assumedBy, roleName: 'lazy-elsewhere' }),
    };
    for (const [id, role] of Object.entries(roles)) new copy.lambda.Function(stack, id, { ...propsOf(copy), role });
    Profiling.of(app);
  },
  'a store with a key, of another stack': (copy, stack, app) => {
    const platform = new copy.cdk.Stack(app, 'Platform', { env: ENV });
    const encryptionKey = new copy.kms.Key(platform, 'Key');
    const store = new ProfileStore(platform, 'Profiles', { encryptionKey, retention: copy.cdk.Duration.days(3) });
    store.grantRead(new copy.iam.AccountPrincipal('111122223333'));
    new copy.lambda.Function(stack, 'Fn', propsOf(copy));
    Profiling.of(app, { store });
  },
  'a bucket, layers, variables, tags, aspects, options': (copy, stack, app) => {
    const bucket = new copy.s3.Bucket(stack, 'Mine', { bucketName: 'mine' });
    const arn = 'arn:aws:lambda:us-east-1:123456789012:layer:l:1';
    const layers = [copy.lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', arn)];
    const fn = new copy.lambda.Function(stack, 'Fn', {
      ...propsOf(copy),
      layers,
      environment: { TABLE: stack.stackName },
    });
    bucket.grantRead(fn);
    copy.cdk.Tags.of(app).add('team', 'shop');
    Profiling.of(app, { bucket, prefix: 'mine', snapshotInterval: copy.cdk.Duration.minutes(5) });
  },
  'what is left alone: at the edge, singletons, other runtimes, old ones, full ones': (copy, stack, app) => {
    const fn = new copy.lambda.SingletonFunction(stack, 'Singleton', { ...propsOf(copy), uuid: 'any' });
    fn.addEnvironment('A', 'a');
    new copy.cloudfront.experimental.EdgeFunction(stack, 'Edge', propsOf(copy));
    new copy.lambda.Function(stack, 'Py', { ...propsOf(copy), runtime: copy.lambda.Runtime.PYTHON_3_13 });
    new copy.lambda.Function(stack, 'Old', { ...propsOf(copy), runtime: copy.lambda.Runtime.NODEJS_18_X });
    new copy.lambda.Function(stack, 'Full', { ...propsOf(copy), environment: { CONFIG: 'x'.repeat(3900) } });
    Profiling.of(app);
  },
};

describe('an app with another copy of aws-cdk-lib than this library (B21)', () => {
  it('has other classes', () => {
    expect(other.lambda.Function).not.toBe(lambda.Function);
    expect(other.constructs.Construct).not.toBe(constructs.Construct);
  });

  it.each(Object.keys(APPS))('gets the templates that it gets with one copy: %s', (name) => {
    const [one, two] = [CDK, other].map((copy) => templatesOf(copy, APPS[name]));
    expect(two).toEqual(one);
    // Something has happened at all.
    expect(JSON.stringify(one).includes('/opt/profiled-fn/handler.handler')).toBe(
      !name.startsWith('what is left alone'),
    );
  });

  it('gets the same warnings', () => {
    const app = new other.cdk.App();
    const old = { ...propsOf(other), runtime: other.lambda.Runtime.NODEJS_18_X };
    new other.lambda.Function(new other.cdk.Stack(app, 'Shop'), 'Old', old);
    Profiling.of(app);
    const messages = app.synth().getStackByName('Shop').messages;
    expect(messages.map(({ id, entry }) => `${id}: ${entry.data}`)).toEqual([
      expect.stringMatching(/^\/Shop\/Old: Shop\/Old is not profiled: the runtime 'nodejs18.x' is not supported/),
    ]);
  });

  it('may have its aspects from several copies of this library: the nearest scope counts', async () => {
    vi.resetModules();
    const { Profiling: OtherProfiling } = await import('../../lib');
    expect(OtherProfiling).not.toBe(Profiling);
    const stack = new other.cdk.Stack(new other.cdk.App(), 'Shop');
    const fn = new other.lambda.Function(stack, 'Fn', propsOf(other));
    Profiling.of(fn, { windowSize: 2 });
    OtherProfiling.of(stack, { windowSize: 3 });
    const { template } = (stack.node.root as cdk.App).synth().getStackByName('Shop');
    expect(JSON.stringify(template)).toContain('"PROFILED_FN_WINDOW_SIZE":"2"');
  });
});
