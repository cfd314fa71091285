import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alias, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction } from '../../lib';
import { environmentOf, INLINE, resourcesOf, stackNamed, statementsOf } from './support/setup';

/** What `Fn::Join` of `PROFILED_FN_PREFIX` says in a template. */
function prefix(segment: string): unknown {
  return { 'Fn::Join': ['', ['profiled-fn/', { Ref: 'AWS::StackName' }, `/${segment}`]] };
}

describe('ProfiledFunction', () => {
  it('redirects the handler and tells the sampler where the original is', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Fn', { ...INLINE, handler: 'app/index.api.handler' });
    const [fn] = resourcesOf(stack, 'AWS::Lambda::Function');
    const [layer] = resourcesOf(stack, 'AWS::Lambda::LayerVersion');
    const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket');
    expect(fn.Properties).toMatchObject({
      Handler: '/opt/profiled-fn/handler.handler',
      Layers: [{ Ref: layer.logicalId }],
    });
    expect(environmentOf(stack)).toEqual({
      PROFILED_FN_HANDLER: 'app/index.api.handler',
      PROFILED_FN_BUCKET: { Ref: bucket.logicalId },
      PROFILED_FN_PREFIX: prefix('Fn'),
    });
  });

  it('shares the layer and the bucket with the other functions of its stack', () => {
    const stack = stackNamed();
    for (const id of ['A', 'B', 'C']) new ProfiledFunction(stack, id, INLINE);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    template.resourceCountIs('AWS::S3::Bucket', 1);
    template.hasResourceProperties('AWS::Lambda::LayerVersion', {
      CompatibleArchitectures: ['x86_64', 'arm64'],
      CompatibleRuntimes: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
    });
  });

  it('may put under its own prefix and do nothing else', () => {
    const stack = stackNamed();
    const api = new Construct(stack, 'Api');
    new ProfiledFunction(stack, 'Fn', INLINE);
    new ProfiledFunction(api, 'Orders', INLINE);
    new ProfiledFunction(stack, 'Api.Orders', INLINE);
    const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket');
    const objects = (segment: string) => ({
      Action: 's3:PutObject',
      Effect: 'Allow',
      Resource: {
        'Fn::Join': [
          '',
          [{ 'Fn::GetAtt': [bucket.logicalId, 'Arn'] }, '/profiled-fn/', { Ref: 'AWS::StackName' }, `/${segment}/*`],
        ],
      },
    });
    const policies = resourcesOf(stack, 'AWS::IAM::Role').map(({ Properties }) => Properties.Policies);
    expect(policies).toEqual(
      ['Api.Orders', 'Fn', 'Api!2eOrders'].map((segment) => [
        { PolicyName: 'ProfiledFnUpload', PolicyDocument: { Statement: [objects(segment)], Version: '2012-10-17' } },
      ]),
    );
    expect(resourcesOf(stack, 'AWS::IAM::Policy')).toEqual([]);
  });

  it('is a plain function with profiling off', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { enabled: false } });
    const template = Template.fromStack(stack).toJSON();
    expect(Object.keys(template.Resources)).toEqual([
      expect.stringMatching(/^FnServiceRole/),
      expect.stringMatching(/^Fn[0-9A-F]{8}$/),
    ]);
    expect(template.Outputs).toBeUndefined();
    const [fn] = resourcesOf(stack, 'AWS::Lambda::Function');
    expect(fn.Properties.Handler).toBe('index.handler');
    expect(environmentOf(stack)).toEqual({});
  });

  it("takes a bucket of the user's", () => {
    const stack = stackNamed();
    const bucket = Bucket.fromBucketName(stack, 'Mine', 'my-profiles');
    new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { bucket } });
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
    expect(environmentOf(stack).PROFILED_FN_BUCKET).toBe('my-profiles');
    expect(statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject')[0].Resource).toEqual({
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':s3:::my-profiles/profiled-fn/', { Ref: 'AWS::StackName' }, '/Fn/*'],
      ],
    });
  });

  it('passes the hash of its code on, and none of code that it does not know', () => {
    const stack = stackNamed();
    const keyOf = (id: string) =>
      (resourcesOf(stack, 'AWS::Lambda::Function', id)[0].Properties.Code as { S3Key?: string }).S3Key;
    const code = Code.fromAsset(`${__dirname}/fixtures`);
    const bucket = Bucket.fromBucketName(stack, 'Releases', 'releases');
    new ProfiledFunction(stack, 'Asset', { ...INLINE, code });
    new ProfiledFunction(stack, 'Shared', { ...INLINE, code });
    new ProfiledFunction(stack, 'Release', { ...INLINE, code: Code.fromBucket(bucket, 'shop-1.0.zip') });
    new ProfiledFunction(stack, 'Parameter', { ...INLINE, code: Code.fromCfnParameters() });
    const hash = environmentOf(stack, 'Asset').PROFILED_FN_CODE_HASH;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf('Asset')).toBe(`${hash}.zip`);
    expect(environmentOf(stack, 'Shared').PROFILED_FN_CODE_HASH).toBe(hash);
    expect(environmentOf(stack, 'Release')).not.toHaveProperty('PROFILED_FN_CODE_HASH');
    expect(environmentOf(stack, 'Parameter')).not.toHaveProperty('PROFILED_FN_CODE_HASH');
  });

  it('has the current version of the redirected function', () => {
    const versionOf = (enabled: boolean) => {
      const stack = stackNamed();
      const fn = new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { enabled } });
      new Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
      return resourcesOf(stack, 'AWS::Lambda::Version')[0].logicalId;
    };
    expect(versionOf(true)).not.toBe(versionOf(false));
  });

  it('runs on Node.js 24 where NodejsFunction would fall back to 16', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Fn', { code: INLINE.code, handler: INLINE.handler });
    expect(resourcesOf(stack, 'AWS::Lambda::Function')[0].Properties.Runtime).toBe('nodejs24.x');
  });

  it("runs on NodejsFunction's default runtime where the app chose it by feature flag", () => {
    const app = new App({ context: { '@aws-cdk/aws-lambda-nodejs:useLatestRuntimeVersion': true } });
    const fn = new ProfiledFunction(new Stack(app, 'Shop'), 'Fn', { code: INLINE.code, handler: INLINE.handler });
    expect(fn.runtime).toMatchObject({ name: Runtime.NODEJS_LATEST.name, isVariable: true });
  });

  it('needs a handler when it is given code, as NodejsFunction does', () => {
    expect(() => new ProfiledFunction(stackNamed(), 'Fn', { code: INLINE.code })).toThrow('Use `handler` property');
  });
});

describe('where the function is', () => {
  it('counts from the top-level stack in nested stacks, which have a layer of their own', () => {
    const stack = stackNamed();
    const nested = new NestedStack(stack, 'Backend');
    new ProfiledFunction(new Construct(nested, 'Api'), 'Orders', INLINE);
    new ProfiledFunction(stack, 'Web', INLINE);

    const inner = Template.fromStack(nested);
    inner.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    inner.resourceCountIs('AWS::S3::Bucket', 0);
    expect(inner.toJSON().Outputs).not.toHaveProperty('ProfiledFnFunctions');
    const variables = environmentOf(nested);
    const parameters = Template.fromStack(stack).findResources('AWS::CloudFormation::Stack');
    const [{ Properties }] = Object.values(parameters);
    const argument = (reference: unknown) => Properties.Parameters[(reference as { Ref: string }).Ref];
    expect(argument(variables.PROFILED_FN_BUCKET)).toEqual({ Ref: resourcesOf(stack, 'AWS::S3::Bucket')[0].logicalId });
    expect(variables.PROFILED_FN_PREFIX).toEqual({
      'Fn::Join': ['', ['profiled-fn/', { Ref: expect.any(String) }, '/Backend.Api.Orders']],
    });
    const [, stackName] = (variables.PROFILED_FN_PREFIX as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1];
    expect(argument(stackName)).toEqual({ Ref: 'AWS::StackName' });

    const outputs = Template.fromStack(stack).toJSON().Outputs;
    expect(outputs.ProfiledFnFunctions.Value).toEqual({
      'Fn::Join': [
        '',
        [
          'Backend.Api.Orders=',
          { 'Fn::GetAtt': [expect.stringMatching(/^Backend/), expect.stringMatching(/^Outputs\./)] },
          ',Web=',
          { Ref: expect.stringMatching(/^Web/) },
        ],
      ],
    });
  });

  it('does not count the stage', () => {
    const app = new App();
    const stage = new Stage(app, 'Production');
    const stack = new Stack(stage, 'Shop');
    new ProfiledFunction(new Construct(stack, 'Api'), 'Orders', INLINE);
    expect(environmentOf(stack).PROFILED_FN_PREFIX).toEqual(prefix('Api.Orders'));
  });

  it('keeps stacks of one app apart', () => {
    const app = new App();
    const stacks = ['Blue', 'Green'].map((name) => new Stack(app, name));
    for (const stack of stacks) new ProfiledFunction(stack, 'Fn', INLINE);
    for (const stack of stacks) {
      const template = Template.fromStack(stack);
      template.resourceCountIs('AWS::S3::Bucket', 1);
      template.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    }
  });

  it('takes ids of any characters', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Größe.v2', INLINE);
    expect(environmentOf(stack).PROFILED_FN_PREFIX).toEqual(prefix('Gr!c3!b6!c3!9fe!2ev2'));
  });
});
