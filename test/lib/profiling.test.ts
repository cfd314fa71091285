import { App, Aspects, Mixins, NestedStack, Stack, Stage, Tags } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Alias, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { describe, expect, it, vi } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling, type ProfilingProps } from '../../lib';
import { environmentOf, INLINE, plainFunction, profiledIn, resourcesOf, stackNamed } from './support/setup';

describe('Profiling.of', () => {
  it('gives a function what ProfiledFunction would', () => {
    const options = { windowSize: 3, labels: { team: 'shop' } };
    const template = (build: (stack: Stack) => void) => {
      const stack = stackNamed();
      build(stack);
      return Template.fromStack(stack).toJSON();
    };
    expect(
      template((stack) => {
        new NodejsFunction(stack, 'Fn', INLINE);
        Profiling.of(stack, options);
      }),
    ).toEqual(template((stack) => new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: options })));
  });

  it('profiles NodejsFunction and Function, in every stack of the app and below', () => {
    const app = new App();
    Profiling.of(app);
    const stacks = ['Shop', 'Blog'].map((name) => new Stack(app, name));
    const nested = new NestedStack(stacks[0], 'Backend');
    for (const stack of stacks) plainFunction(new Construct(stack, 'Api'), 'Orders');
    new NodejsFunction(nested, 'Deep', INLINE);
    app.synth();
    expect(stacks.map(profiledIn)).toEqual([['ApiOrders'], ['ApiOrders']]);
    expect(profiledIn(nested)).toEqual(['Deep']);
    const listed = JSON.stringify(Template.fromStack(stacks[0]).toJSON().Outputs.ProfiledFnFunctions.Value);
    expect(listed.match(/[A-Za-z.]+(?==)/g)).toEqual(['Backend.Deep', 'Api.Orders']);
  });

  it('reaches the stacks of a stage from the stage', () => {
    const stage = new Stage(new App(), 'Production');
    Profiling.of(stage);
    const stack = new Stack(stage, 'Shop');
    plainFunction(stack, 'Orders');
    stage.synth();
    expect(profiledIn(stack)).toEqual(['Orders']);
  });

  it('reaches all stages that are there, also in the stack of a pipeline and in one another; a stage can differ', () => {
    const app = new App();
    const pipeline = new Stage(new Stack(app, 'Pipeline'), 'Production');
    const inner = new Stage(pipeline, 'Inner');
    const own = new Stage(app, 'Own');
    const stacks = [pipeline, inner, own].map((stage) => new Stack(stage, 'Shop'));
    for (const stack of stacks) plainFunction(stack, 'Orders');
    Profiling.of(own, { windowSize: 2 });
    Profiling.of(app, { windowSize: 4 });
    app.synth();
    expect(stacks.map((stack) => environmentOf(stack).PROFILED_FN_WINDOW_SIZE)).toEqual(['4', '4', '2']);
  });

  it('fails where a stage was made too late to be reached', () => {
    const app = new App();
    Profiling.of(app);
    const pipeline = new Stack(app, 'Pipeline');
    plainFunction(new Stack(new Stage(pipeline, 'Production'), 'Shop'), 'Orders');
    expect(() => app.synth()).toThrow(
      /does not reach the stage Pipeline\/Production, which was made after it.* Call Profiling.of in the stage itself/,
    );
  });

  it('fails where a stage was synthesized before, as CDK Pipelines does when it is added', () => {
    const app = new App();
    const stage = new Stage(app, 'Production');
    plainFunction(new Stack(stage, 'Shop'), 'Orders');
    stage.synth();
    Profiling.of(app);
    expect(() => app.synth()).toThrow(/does not reach the stage Production, .* or synthesized before it/);
  });

  it('does not mind a late stage that is profiled by itself, has no function, or is not to be profiled', () => {
    const app = new App();
    const exclude: Construct[] = [];
    Profiling.of(app, { exclude });
    for (const id of ['Own', 'Excluded', 'Empty']) {
      const stage = new Stage(app, id);
      const stack = new Stack(stage, 'Shop');
      if (id !== 'Empty') plainFunction(stack, 'Orders');
      if (id === 'Own') Profiling.of(stage);
      if (id === 'Excluded') exclude.push(stage);
    }
    expect(() => app.synth()).not.toThrow();
  });

  it('profiles what is below a construct, and nothing beside it', () => {
    const stack = stackNamed();
    const api = new Construct(stack, 'Api');
    Profiling.of(api);
    plainFunction(api, 'Orders');
    plainFunction(stack, 'Report');
    expect(profiledIn(stack)).toEqual(['ApiOrders']);
  });

  it('takes a single function for the scope', () => {
    const stack = stackNamed();
    plainFunction(stack, 'Report');
    Profiling.of(plainFunction(stack, 'Orders'));
    expect(profiledIn(stack)).toEqual(['Orders']);
  });

  it('includes and excludes constructs with everything below them', () => {
    const of = (props: (scopes: Record<'api' | 'jobs' | 'report', Construct>) => ProfilingProps) => {
      const stack = stackNamed();
      const api = new Construct(stack, 'Api');
      const jobs = new Construct(stack, 'Jobs');
      plainFunction(api, 'Orders');
      plainFunction(jobs, 'Clean');
      Profiling.of(stack, props({ api, jobs, report: plainFunction(jobs, 'Report') }));
      return profiledIn(stack);
    };
    expect(of(() => ({}))).toEqual(['ApiOrders', 'JobsClean', 'JobsReport']);
    expect(of(({ api }) => ({ include: [api] }))).toEqual(['ApiOrders']);
    expect(of(({ api, report }) => ({ include: [api, report] }))).toEqual(['ApiOrders', 'JobsReport']);
    expect(of(({ jobs }) => ({ exclude: [jobs] }))).toEqual(['ApiOrders']);
    expect(of(({ jobs, report }) => ({ include: [jobs], exclude: [report] }))).toEqual(['JobsClean']);
    expect(of(() => ({ include: [] }))).toEqual([]);
  });

  it('profiles a function once, however often it is asked', () => {
    const once = stackNamed();
    plainFunction(once, 'Fn');
    Profiling.of(once);
    const often = stackNamed();
    const often1 = plainFunction(often, 'Fn');
    Profiling.of(often);
    Profiling.of(often);
    Profiling.of(often1);
    Mixins.of(often).apply(new Profiling());
    Mixins.of(often).apply(new Profiling());
    expect(Template.fromStack(often).toJSON()).toEqual(Template.fromStack(once).toJSON());
  });

  it('profiles a function once where an app has two copies of the library, as monorepos may', async () => {
    vi.resetModules();
    const other = await import('../../lib');
    expect(other.Profiling).not.toBe(Profiling);
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Own', { ...INLINE, profilingOptions: { windowSize: 2 } });
    new ProfiledFunction(stack, 'Plain', { ...INLINE, profilingOptions: { enabled: false } });
    other.Profiling.of(stack);
    expect(environmentOf(stack, 'Own')).toMatchObject({ PROFILED_FN_WINDOW_SIZE: '2' });
    expect(profiledIn(stack)).toEqual(['Own']);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('profiled-fn'));
  });

  it('leaves it to a ProfiledFunction how it is profiled, and whether', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Own', { ...INLINE, profilingOptions: { windowSize: 2 } });
    new ProfiledFunction(stack, 'Plain', { ...INLINE, profilingOptions: { enabled: false } });
    Profiling.of(stack, { windowSize: 3 });
    expect(environmentOf(stack, 'Own')).toMatchObject({ PROFILED_FN_WINDOW_SIZE: '2' });
    expect(profiledIn(stack)).toEqual(['Own']);
  });

  it('counts by the nearest scope, and there by the last', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    const api = new Construct(stack, 'Api');
    const orders = plainFunction(api, 'Orders');
    plainFunction(stack, 'Report');
    plainFunction(new Construct(stack, 'Jobs'), 'Clean');
    Profiling.of(stack, { windowSize: 2 });
    Profiling.of(stack, { windowSize: 3 });
    Profiling.of(orders, { windowSize: 4 });
    Profiling.of(api, { windowSize: 5 });
    Profiling.of(app, { windowSize: 6 });
    Profiling.of(stack.node.findChild('Jobs') as Construct, { enabled: false });
    app.synth();
    expect(environmentOf(stack, 'ApiOrders')).toMatchObject({ PROFILED_FN_WINDOW_SIZE: '4' });
    expect(environmentOf(stack, 'Report')).toMatchObject({ PROFILED_FN_WINDOW_SIZE: '3' });
    expect(environmentOf(stack, 'JobsClean')).toEqual({});
  });

  it('goes on to the next scope where a nearer one excludes the function', () => {
    const stack = stackNamed();
    const api = new Construct(stack, 'Api');
    const orders = plainFunction(api, 'Orders');
    Profiling.of(api, { windowSize: 2, exclude: [orders] });
    Profiling.of(stack, { windowSize: 3 });
    expect(environmentOf(stack)).toMatchObject({ PROFILED_FN_WINDOW_SIZE: '3' });
  });

  it('uses one store for all', () => {
    const app = new App();
    const store = new ProfileStore(new Stack(app, 'Platform'), 'Profiles', { prefix: 'profiles' });
    Profiling.of(app, { store });
    const stacks = ['Shop', 'Blog'].map((name) => new Stack(app, name));
    for (const stack of stacks) plainFunction(stack, 'Fn');
    app.synth();
    for (const stack of stacks) {
      Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
      expect(environmentOf(stack)).toMatchObject({
        PROFILED_FN_BUCKET: { 'Fn::ImportValue': expect.stringMatching(/^Platform:/) },
        PROFILED_FN_PREFIX: { 'Fn::Join': ['', ['profiles/', { Ref: 'AWS::StackName' }, '/Fn']] },
      });
      expect(Template.fromStack(stack).toJSON().Outputs).toMatchObject({
        ProfiledFnBucketName: {},
        ProfiledFnPrefix: { Value: 'profiles' },
      });
    }
  });

  it.each([true, false])('makes bucket and layer that other aspects see, with stabilization %s', (stabilization) => {
    const app = new App({ context: { '@aws-cdk/core:aspectStabilization': stabilization } });
    const stack = new Stack(app, 'Shop');
    const seen: string[] = [];
    Profiling.of(app);
    Tags.of(app).add('team', 'shop');
    Aspects.of(app).add({ visit: ({ node }) => void seen.push(node.path) });
    plainFunction(new NestedStack(stack, 'Backend'), 'Fn');
    app.synth();
    expect(seen).toContain('Shop/Backend/ProfiledFnLayer');
    const [bucket] = resourcesOf(stack, 'AWS::S3::Bucket');
    expect(bucket.Properties.Tags).toEqual([{ Key: 'team', Value: 'shop' }]);
  });

  it('gives the current version another id, as any change does', () => {
    const versionOf = (isProfiled: boolean) => {
      const stack = stackNamed();
      const { currentVersion } = plainFunction(stack, 'Fn');
      new Alias(stack, 'Live', { aliasName: 'live', version: currentVersion });
      if (isProfiled) Profiling.of(stack);
      return resourcesOf(stack, 'AWS::Lambda::Version')[0].logicalId;
    };
    expect(versionOf(true)).not.toBe(versionOf(false));
  });

  it('refuses wrong options at once', () => {
    expect(() => Profiling.of(stackNamed(), { windowSize: 0, profiles: [] })).toThrow(
      /^Cannot profile with these options: 'windowSize' is 0.*'profiles' is empty/,
    );
  });
});

describe('Profiling as a mixin', () => {
  it('profiles what is there, at once, across stages', () => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Production'), 'Shop');
    const orders = plainFunction(stack, 'Orders');
    const python = new LambdaFunction(stack, 'Py', { ...INLINE, runtime: Runtime.PYTHON_3_13 });
    const profiling = new Profiling({ exclude: [plainFunction(stack, 'Report')] });
    expect(profiling.supports(orders)).toBe(true);
    expect(profiling.supports(python)).toBe(false);
    expect(profiling.supports(stack)).toBe(false);
    Mixins.of(app).apply(profiling);
    expect(stack.node.tryFindChild('ProfiledFnStore')).toBeInstanceOf(ProfileStore);
    plainFunction(stack, 'Late');
    expect(profiledIn(stack)).toEqual(['Orders']);
  });

  it('is applied to a single function', () => {
    const stack = stackNamed();
    plainFunction(stack, 'Report');
    plainFunction(stack, 'Orders').with(new Profiling({ windowSize: 2 }));
    expect(profiledIn(stack)).toEqual(['Orders']);
    expect(environmentOf(stack, 'Orders')).toMatchObject({ PROFILED_FN_WINDOW_SIZE: '2' });
  });
});
