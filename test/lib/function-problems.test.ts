import { join } from 'node:path';
import { Aws, type Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  LayerVersion,
  Runtime,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, type ProfiledFunctionProps, Profiling } from '../../lib';
import { environmentOf, INLINE, profiledIn, resourcesOf, stackNamed } from './support/setup';

function profiled(props: Partial<ProfiledFunctionProps>, stack: Stack = stackNamed()): Stack {
  new ProfiledFunction(stack, 'Fn', { ...INLINE, ...props });
  return stack;
}

function layers(stack: Stack, count: number): LayerVersion[] {
  const code = Code.fromAsset(__dirname);
  return Array.from({ length: count }, (_, index) => new LayerVersion(stack, `Layer${index}`, { code }));
}

describe('what cannot be profiled', () => {
  it.each([Runtime.NODEJS_18_X, Runtime.NODEJS_4_3, Runtime.NODEJS])('is Node.js before 20, as $name', (runtime) => {
    expect(() => profiled({ runtime })).toThrow(
      `Cannot profile Shop/Fn: the runtime '${runtime.name}' is not supported: set 'runtime' to Runtime.NODEJS_24_X, or to Node.js 20 at least.`,
    );
  });

  it.each([
    [Runtime.NODEJS_20_X, Architecture.ARM_64],
    [Runtime.NODEJS_22_X, Architecture.X86_64],
    [Runtime.NODEJS_LATEST, Architecture.ARM_64],
    [new Runtime('nodejs26.x', RuntimeFamily.NODEJS, { supportsInlineCode: true }), Architecture.ARM_64],
  ])('is not $name on any architecture', (runtime, architecture) => {
    const [fn] = resourcesOf(profiled({ runtime, architecture }), 'AWS::Lambda::Function');
    expect(fn.Properties).toMatchObject({ Runtime: runtime.name, Handler: '/opt/profiled-fn/handler.handler' });
  });

  it('is no runtime that is a token', () => {
    const runtime = new Runtime(Token.asString({ Ref: 'Runtime' }), RuntimeFamily.NODEJS, { supportsInlineCode: true });
    const [fn] = resourcesOf(profiled({ runtime }), 'AWS::Lambda::Function');
    expect(fn.Properties).toMatchObject({ Runtime: { Ref: 'Runtime' }, Handler: '/opt/profiled-fn/handler.handler' });
  });

  it('is left alone with profiling off', () => {
    const stack = profiled({ runtime: Runtime.NODEJS_18_X, profilingOptions: { enabled: false } });
    expect(resourcesOf(stack, 'AWS::Lambda::Function')).toHaveLength(1);
  });

  it('is a function that has all the layers it may have', () => {
    const stack = stackNamed();
    expect(() => profiled({ layers: layers(stack, 5) }, stack)).toThrow(
      /Cannot profile Shop\/Fn: the layer .* does not fit in .*already uses 5 layers.*: remove one from 'layers'/,
    );
    const other = stackNamed();
    const [fn] = resourcesOf(profiled({ layers: layers(other, 4) }, other), 'AWS::Lambda::Function');
    expect(fn.Properties.Layers).toHaveLength(5);
  });

  it("is a function with variables of the sampler's", () => {
    expect(() => profiled({ environment: { TABLE: 't', PROFILED_FN_BUCKET: 'mine', PROFILED_FN_X: '' } })).toThrow(
      'PROFILED_FN_BUCKET, PROFILED_FN_X cannot be set: names that begin with PROFILED_FN_ are reserved',
    );
  });

  it('is a function whose path leaves no room in a key', () => {
    expect(() => new ProfiledFunction(stackNamed(), 'ü'.repeat(200), INLINE)).toThrow(
      'its construct path takes 1200 characters of an object key, which has room for 736: shorten the ids',
    );
  });

  it('is told with all its problems at once', () => {
    expect(() => profiled({ runtime: Runtime.NODEJS_18_X, profilingOptions: { windowSize: 0, profiles: [] } })).toThrow(
      /'nodejs18.x' is not supported.*'profilingOptions.windowSize' is 0.*'profilingOptions.profiles' is empty/,
    );
  });

  it('is told before anything is bundled', () => {
    const bundled: string[] = [];
    const commandHooks: ICommandHooks = {
      beforeBundling: (inputDir) => {
        bundled.push(inputDir);
        return [];
      },
      beforeInstall: () => [],
      afterBundling: () => [],
    };
    const entry = join(__dirname, 'fixtures/shop-stack.Cart.ts');
    const build = (props: Partial<ProfiledFunctionProps>) =>
      new ProfiledFunction(stackNamed(), 'Fn', { entry, bundling: { commandHooks }, ...props });
    expect(() => build({ profilingOptions: { windowSize: 0 } })).toThrow("'profilingOptions.windowSize' is 0");
    expect(() => build({ runtime: Runtime.NODEJS_18_X })).toThrow("'nodejs18.x' is not supported");
    expect(() => build({ environment: { PROFILED_FN_X: '' } })).toThrow('PROFILED_FN_X cannot be set');
    expect(bundled).toEqual([]);
    build({});
    expect(bundled).not.toEqual([]);
  });

  it("is asked for with 'profilingOptions', because 'profiling' is CodeGuru's", () => {
    expect(() => profiled({ profiling: true })).toThrow(
      "'profiling' and 'profilingGroup' of Shop/Fn are Lambda's props for CodeGuru",
    );
  });
});

describe("a variable of the sampler's that is set later", () => {
  it('is refused when the app is synthesized', () => {
    const stack = stackNamed();
    const fn = new ProfiledFunction(stack, 'Fn', INLINE);
    fn.addEnvironment('PROFILED_FN_BUCKET', 'mine');
    fn.addEnvironment('PROFILED_FN_DEBUG', '1');
    expect(() => environmentOf(stack)).toThrow(/PROFILED_FN_BUCKET was set.*PROFILED_FN_DEBUG was set/s);
  });

  it('is refused as an override, too', () => {
    const stack = stackNamed();
    const { defaultChild } = new ProfiledFunction(stack, 'Fn', INLINE).node;
    (defaultChild as CfnFunction).addPropertyOverride('Environment.Variables.PROFILED_FN_DEBUG', '1');
    expect(() => environmentOf(stack)).toThrow('PROFILED_FN_DEBUG was set outside of profiled-fn');
  });

  it('is no reason to refuse others, tokens among them', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Fn', INLINE).addEnvironment('REGION', Aws.REGION);
    expect(environmentOf(stack)).toMatchObject({ REGION: { Ref: 'AWS::Region' } });
  });
});

describe('a profiled function whose CfnFunction is given others', () => {
  const LAYER = 'arn:aws:lambda:eu-central-1:123456789012:layer:other:1';
  it.each<[string, (resource: CfnFunction) => void, string]>([
    ['layers, by an override', (resource) => resource.addPropertyOverride('Layers', [LAYER]), 'its layer'],
    [
      'variables',
      (resource) => {
        resource.environment = { variables: { TABLE: 'orders' } };
      },
      'PROFILED_FN_HANDLER, PROFILED_FN_BUCKET, PROFILED_FN_PREFIX',
    ],
  ])('is refused at synthesis, as it could not run: %s', (_, change, lost) => {
    const stack = stackNamed();
    const fn = new LambdaFunction(stack, 'Fn', INLINE);
    change(fn.node.defaultChild as CfnFunction);
    Profiling.of(stack);
    expect(() => environmentOf(stack)).toThrow(
      `Shop/Fn is profiled, but lacks ${lost}: they were replaced on its CfnFunction. Use addLayers and addEnvironment`,
    );
  });

  it('is left alone where its handler is another one, too', () => {
    const stack = stackNamed();
    const { defaultChild } = new ProfiledFunction(stack, 'Fn', INLINE).node;
    (defaultChild as CfnFunction).addPropertyOverride('Handler', 'other.handler');
    (defaultChild as CfnFunction).addPropertyOverride('Layers', [LAYER]);
    expect(() => environmentOf(stack)).not.toThrow();
  });
});

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('profiled-fn:notProfiled'))
    .map(({ entry }) => String(entry.data));
}

describe('what Profiling.of says', () => {
  it('of functions that cannot be profiled: why, and how to silence it', () => {
    const stack = stackNamed();
    new LambdaFunction(stack, 'Old', { ...INLINE, runtime: Runtime.NODEJS_18_X });
    new LambdaFunction(stack, 'Full', {
      ...INLINE,
      layers: [1, 2, 3, 4, 5].map((number) =>
        LayerVersion.fromLayerVersionArn(
          stack,
          `L${number}`,
          `arn:aws:lambda:eu-central-1:123456789012:layer:l:${number}`,
        ),
      ),
    });
    new LambdaFunction(stack, 'Mine', { ...INLINE, environment: { PROFILED_FN_BUCKET: 'mine' } });
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack).sort()).toEqual([
      expect.stringMatching(/^Shop\/Full is not profiled: the layer .* remove one from 'layers'.*'exclude'/),
      expect.stringMatching(/^Shop\/Mine is not profiled: PROFILED_FN_BUCKET cannot be set/),
      expect.stringMatching(/^Shop\/Old is not profiled: the runtime 'nodejs18.x' is not supported.*'exclude'/),
    ]);
    expect(environmentOf(stack, 'Full')).toEqual({});
  });
});
