import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aspects, CfnOutput, CfnResource, NestedStack, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnFunction, Code, Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { codeSizeProblem } from '../../lib/code-size-problem';
import { codeIn } from '../../lib/known-code';
import { temporaryFolder } from '../support/temporary-folder';
import { INLINE, plainFunction, profiledIn, resourcesOf, stackNamed, statementsOf, warningsOf } from './support/setup';
import { writeArchive } from './support/write-archive';

const ENV = { account: '123456789012', region: 'eu-west-1' };
const LIMIT_ENVIRONMENT = 4096;
const ASSUMED = { assumedBy: new ServicePrincipal('lambda.amazonaws.com') };

/** A stack with what `build` makes, profiled as a whole. */
function profiledStack(build: (stack: Stack) => void): Stack {
  const stack = stackNamed('Shop', { env: ENV });
  build(stack);
  Profiling.of(stack);
  return stack;
}

const withVariables = (environment: Record<string, string>) => (stack: Stack) =>
  new LambdaFunction(stack, 'Fn', { ...INLINE, environment });

/** A statement of about that many characters. */
function statementOf(characters: number): PolicyStatement {
  return new PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'x'.repeat(characters)}`] });
}

describe('environment variables', () => {
  it('that would be over 4 KB with those of profiling leave the function as it is, with their sizes (B19)', () => {
    const stack = profiledStack(withVariables({ CONFIG: 'x'.repeat(3900) }));
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')).toEqual([
      expect.stringMatching(
        /^Shop\/Fn is not profiled: its environment variables take 3,913 bytes, and those of profiling 1\d\d bytes more. Lambda allows 4,096 bytes.*Parameter Store.*'exclude'/,
      ),
    ]);
    Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 0);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 0);
  });

  it('are refused by ProfiledFunction', () => {
    const environment = { CONFIG: 'x'.repeat(3900) };
    expect(() => new ProfiledFunction(stackNamed(), 'Fn', { ...INLINE, environment })).toThrow(
      /^Cannot profile Shop\/Fn: its environment variables take 3,913 bytes.*'profilingOptions.enabled' to false/,
    );
  });

  it.each<[string, Record<string, string>]>([
    ['many', Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`VARIABLE_${index}`, 'x'.repeat(48)]))],
    ['with characters of several bytes', { CONFIG: 'ü'.repeat(1950) }],
    ['with quotes, which Lambda escapes', { CONFIG: JSON.stringify({ a: 'b' }).repeat(310) }],
    ['with tokens whose texts are known in part', { CONFIG: `${'x'.repeat(3900)}${Token.asString({ Ref: 'Table' })}` }],
  ])('are counted as Lambda counts them: %s', (_, environment) => {
    const stack = profiledStack(withVariables(environment));
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')).toHaveLength(1);
  });

  it('that fit are no reason, and stay below the limit whatever the bucket is called', () => {
    const stack = profiledStack(withVariables({ CONFIG: 'x'.repeat(3800) }));
    expect(profiledIn(stack)).toEqual(['Fn']);
    const [{ Properties }] = resourcesOf(stack, 'AWS::Lambda::Function');
    const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
    const deployed = { ...Variables, PROFILED_FN_BUCKET: 'b'.repeat(63), PROFILED_FN_PREFIX: 'profiled-fn/Shop/Fn' };
    expect(JSON.stringify(deployed).length).toBeLessThanOrEqual(LIMIT_ENVIRONMENT);
    expect(warningsOf(stack, '')).toEqual([]);
  });

  it('that may be over it, once they are known, are profiled with a warning', () => {
    const table = Token.asString({ 'Fn::GetAtt': ['Table', 'Arn'] });
    const stack = profiledStack(withVariables({ CONFIG: 'x'.repeat(3700), A: table, B: table, C: table }));
    expect(profiledIn(stack)).toEqual(['Fn']);
    expect(warningsOf(stack, 'environmentMayBeTooLarge')).toEqual([
      expect.stringMatching(
        /^Of Shop\/Fn: .* at least 3,7\d\d bytes, .* 3 of its values are known only when it is deployed/,
      ),
    ]);
  });

  it('that are added too late fail the synthesis', () => {
    const stack = stackNamed();
    new ProfiledFunction(stack, 'Fn', INLINE).addEnvironment('CONFIG', 'x'.repeat(4000));
    expect(() => Template.fromStack(stack)).toThrow(/Shop\/Fn cannot be profiled: .* take at least 4,\d\d\d bytes/);
  });
});

describe('five layers', () => {
  it('leave a stack without a single profiled function as it is altogether', () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:layer:l:';
    const stack = profiledStack((scope) => {
      const layers = [1, 2, 3, 4, 5].map((version) =>
        LayerVersion.fromLayerVersionArn(scope, `L${version}`, `${arn}${version}`),
      );
      new LambdaFunction(scope, 'Fn', { ...INLINE, layers });
    });
    expect(warningsOf(stack, 'notProfiled')).toEqual([expect.stringContaining('already uses 5 layers')]);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 0);
  });
});

describe('250 MB of code', () => {
  const root = temporaryFolder('profiled-fn-large');

  let count = 0;
  /** An archive of that many bytes, or so it says. */
  function codeOf(bytes: number): Code {
    count += 1;
    const sizes = { 'data.bin': bytes };
    return Code.fromAsset(writeArchive(join(root, `${count}.zip`), { 'index.js': 'x', 'data.bin': 'x' }, sizes));
  }

  const MB = 1024 * 1024;

  it.each([
    ['of the function', 250, 0],
    ['of the function and its layers', 150, 100],
  ])('%s leave it as it is, with the sizes', (_, code, layer) => {
    const stack = profiledStack((scope) => {
      const layers = layer > 0 ? [new LayerVersion(scope, 'Layer', { code: codeOf(layer * MB) })] : [];
      new LambdaFunction(scope, 'Fn', { ...INLINE, code: codeOf(code * MB), layers });
    });
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')).toEqual([
      expect.stringMatching(
        /its code and layers take 250.0 MB when they are unpacked.* 0.1 MB more. Lambda allows 250 MB/,
      ),
    ]);
  });

  it('count all files of folders, of packages too', () => {
    const folder = join(root, 'folder');
    for (const path of ['', 'node_modules/pg', 'src']) {
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, path, 'index.js'), 'x'.repeat(100));
    }
    expect(codeIn(folder).bytes()).toBe(300);
    const large = { ...codeIn(folder), bytes: () => 250 * MB };
    expect(codeSizeProblem(large, [])).toContain('take 250.0 MB');
    expect(codeSizeProblem(codeIn(folder), [])).toBeUndefined();
  });

  it('less is no reason', () => {
    const stack = profiledStack((scope) => new LambdaFunction(scope, 'Fn', { ...INLINE, code: codeOf(249 * MB) }));
    expect(profiledIn(stack)).toEqual(['Fn']);
  });
});

describe('the policies of a role', () => {
  it.each<[string, (stack: Stack) => Role]>([
    [
      'in it',
      (stack) =>
        new Role(stack, 'Role', {
          ...ASSUMED,
          inlinePolicies: { Own: new PolicyDocument({ statements: [statementOf(10_000)] }) },
        }),
    ],
    [
      'beside it',
      (stack) => {
        const role = new Role(stack, 'Role', ASSUMED);
        new Policy(stack, 'Policy', { roles: [role], statements: [statementOf(10_000)] });
        return role;
      },
    ],
  ])('that have no room for one more statement leave the function as it is: %s', (_, roleIn) => {
    const stack = profiledStack((scope) => new LambdaFunction(scope, 'Fn', { ...INLINE, role: roleIn(scope) }));
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')).toEqual([
      expect.stringMatching(
        /the inline policies of the role Shop\/Role take at least 10,\d\d\d characters, and the permission to upload 1\d\d more. IAM allows 10,240/,
      ),
    ]);
  });

  it('of an imported role are counted over all its functions', () => {
    const stack = profiledStack((scope) => {
      const role = Role.fromRoleArn(scope, 'Role', `arn:aws:iam::${ENV.account}:role/shared`);
      for (let index = 0; index < 100; index += 1) new LambdaFunction(scope, `Fn${index}`, { ...INLINE, role });
    });
    const count = profiledIn(stack).length;
    expect(count).toBeGreaterThan(30);
    expect(count).toBeLessThan(100);
    expect(warningsOf(stack, 'notProfiled')).toHaveLength(100 - count);
    const [{ Properties }] = resourcesOf(stack, 'AWS::IAM::Policy');
    const deployed = JSON.stringify(Properties.PolicyDocument)
      .replaceAll(/\{"Fn::Join":\["",\[(.*?)\]\]\}/g, '$1')
      .replaceAll(/\{"Fn::GetAtt":.*?\}/g, `arn:aws:s3:::${'b'.repeat(63)}`)
      .replaceAll('{"Ref":"AWS::StackName"}', 'Shop');
    expect(deployed.length).toBeLessThan(10_900);
  });

  it('of a role of the app that many share go where CDK splits them', () => {
    const stack = profiledStack((scope) => {
      const role = new Role(scope, 'Role', ASSUMED);
      for (let index = 0; index < 100; index += 1) new LambdaFunction(scope, `Fn${index}`, { ...INLINE, role });
    });
    expect(profiledIn(stack)).toHaveLength(100);
    const [role] = resourcesOf(stack, 'AWS::IAM::Role');
    expect(role.Properties.Policies).toBeUndefined();
    const managed = resourcesOf(stack, 'AWS::IAM::ManagedPolicy');
    expect(managed.length).toBeGreaterThan(0);
    const statements = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
      statementsOf(stack, type, 's3:PutObject'),
    );
    expect(new Set(statements.map(({ Resource }) => JSON.stringify(Resource))).size).toBe(100);
  });

  it('are not split beyond ten managed policies', () => {
    const stack = profiledStack((scope) => {
      const managedPolicies = Array.from({ length: 10 }, (_, index) =>
        ManagedPolicy.fromAwsManagedPolicyName(`Policy${index}`),
      );
      const role = new Role(scope, 'Role', { ...ASSUMED, managedPolicies });
      role.addToPolicy(statementOf(5_000));
      role.addToPolicy(statementOf(4_700));
      new LambdaFunction(scope, 'Fn', { ...INLINE, role });
    });
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')).toEqual([
      expect.stringMatching(/split them into 11 managed policies, and IAM allows 10/),
    ]);
  });

  it('fail the synthesis where a ProfiledFunction has pushed them over the limit', () => {
    const stack = stackNamed();
    const inlinePolicies = { Own: new PolicyDocument({ statements: [statementOf(10_050)] }) };
    const role = new Role(stack, 'Role', { ...ASSUMED, inlinePolicies });
    new ProfiledFunction(stack, 'Fn', { ...INLINE, role });
    expect(() => Template.fromStack(stack)).toThrow(
      /policies of the role Shop\/Role take at least 10,\d\d\d characters, with/,
    );
  });

  it('must not be replaced', () => {
    const stack = stackNamed();
    const fn = new ProfiledFunction(stack, 'Fn', INLINE);
    const role = fn.node.findChild('ServiceRole').node.defaultChild as CfnResource;
    role.addPropertyOverride('Policies', []);
    expect(() => Template.fromStack(stack)).toThrow(/Shop\/Fn is profiled, but lacks the permission to upload/);
  });
});

/** A stack of this many resources that are no functions, and `functions`. */
function stackOf(resources: number, functions: number): Stack {
  const stack = stackNamed('Shop', { env: ENV });
  for (let index = 0; index < resources; index += 1) new CfnResource(stack, `R${index}`, { type: 'AWS::SNS::Topic' });
  for (let index = 0; index < functions; index += 1) plainFunction(stack, `Fn${index}`);
  return stack;
}

describe('500 resources', () => {
  const countIn = (stack: Stack) => Object.keys(Template.fromStack(stack).toJSON().Resources).length;

  it('are not exceeded by 200 functions: profiling adds a bucket, its policy and a layer to a stack', () => {
    const stack = stackOf(0, 200);
    Profiling.of(stack);
    expect(profiledIn(stack)).toHaveLength(200);
    expect(countIn(stack)).toBe(200 * 2 + 3);
    // One for each, of the function's own prefix.
    const statements = statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject');
    expect(new Set(statements.map(({ Resource }) => JSON.stringify(Resource))).size).toBe(200);
  });

  it('are not exceeded by 200 functions with roles that are given to them', () => {
    const stack = stackNamed();
    for (let index = 0; index < 200; index += 1) {
      const role = new Role(stack, `Role${index}`, ASSUMED);
      new LambdaFunction(stack, `Fn${index}`, { ...INLINE, role });
    }
    Profiling.of(stack);
    expect(countIn(stack)).toBe(200 * 2 + 3);
  });

  it('are not exceeded by 240 functions of ProfiledFunction', () => {
    const stack = stackNamed();
    for (let index = 0; index < 240; index += 1) new ProfiledFunction(stack, `Fn${index}`, INLINE);
    expect(countIn(stack)).toBe(240 * 2 + 3);
  });

  it.each(['the stack of the functions', 'another stack'])(
    'are not exceeded by 240 functions whose store has a KMS key of %s',
    (owner) => {
      const stack = stackNamed();
      const platform = owner === 'another stack' ? new Stack(stack.node.root, 'Platform') : stack;
      const store = new ProfileStore(platform, 'Store', { encryptionKey: new Key(platform, 'Key') });
      for (let index = 0; index < 240; index += 1) {
        new ProfiledFunction(stack, `Fn${index}`, { ...INLINE, profilingOptions: { store } });
      }
      const ofStore = owner === 'another stack' ? 0 : 3;
      expect(countIn(stack)).toBe(240 * 2 + 1 + ofStore);
      const upload = statementsOf(stack, 'AWS::IAM::Policy', 's3:PutObject');
      expect(new Set(upload.map(({ Resource }) => JSON.stringify(Resource))).size).toBe(240);
      expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')).toHaveLength(240);
    },
  );

  it('are full: functions stay as they are, and the stack can be deployed', () => {
    const stack = stackOf(496, 1);
    Profiling.of(stack);
    expect(countIn(stack)).toBe(498);
    expect(warningsOf(stack, 'notProfiled')).toEqual([
      expect.stringMatching(
        /its stack, Shop, has 498 resources, and profiling adds 3. CloudFormation allows 500: split/,
      ),
    ]);
  });

  it('are full: a store of another stack leaves room', () => {
    const stack = stackOf(496, 1);
    const store = new ProfileStore(new Stack(stack.node.root as App, 'Platform', { env: ENV }), 'Profiles');
    Profiling.of(stack, { store });
    expect(profiledIn(stack)).toEqual(['Fn0']);
    expect(countIn(stack)).toBe(499);
  });

  it('are another number where CDK is told so', () => {
    const app = new App({ context: { '@aws-cdk/core:stackResourceLimit': '4' } });
    const stack = new Stack(app, 'Shop');
    plainFunction(stack, 'Fn');
    Profiling.of(app);
    expect(countIn(stack)).toBe(2);
  });

  it('are counted for each nested stack', () => {
    const stack = stackNamed('Shop', { env: ENV });
    const nested = new NestedStack(stack, 'Backend');
    for (let index = 0; index < 498; index += 1) new CfnResource(nested, `R${index}`, { type: 'AWS::SNS::Topic' });
    plainFunction(nested, 'Fn');
    plainFunction(stack, 'Fn');
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual(['Fn']);
    expect(profiledIn(nested)).toEqual([]);
  });

  it('are exceeded by what comes after a ProfiledFunction: the synthesis says what', () => {
    const stack = stackOf(496, 0);
    new ProfiledFunction(stack, 'Fn', INLINE);
    expect(() => Template.fromStack(stack)).toThrow(
      /Shop has 501 resources, those of profiling among them, and .* 500/,
    );
  });
});

describe('200 outputs', () => {
  const withOutputs = (count: number) => {
    const stack = stackOf(0, 30);
    for (let index = 0; index < count; index += 1) new CfnOutput(stack, `Output${index}`, { value: 'x' });
    return stack;
  };

  it('are full: functions stay as they are', () => {
    const stack = withOutputs(197);
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')[0]).toMatch(/has 197 outputs, and profiling adds up to 4. .* allows 200/);
  });

  it('are filled by as many functions as have room', () => {
    const stack = withOutputs(196);
    Profiling.of(stack);
    // A bucket, and twice 20 functions.
    expect(profiledIn(stack)).toHaveLength(30);
    expect(Object.keys(Template.fromStack(stack).toJSON().Outputs)).toHaveLength(199);
  });

  it('are exceeded later: the synthesis says so', () => {
    const stack = withOutputs(196);
    Profiling.of(stack);
    Aspects.of(stack).add({
      visit: (node) => {
        if (node !== stack || stack.node.tryFindChild('Late0')) return;
        for (let index = 0; index < 5; index += 1) new CfnOutput(stack, `Late${index}`, { value: 'x' });
      },
    });
    expect(() => Template.fromStack(stack)).toThrow(/Shop has 204 outputs, those of profiling among them, and .* 200/);
  });
});

describe('a synthesis', () => {
  it('passes over the constructs of a stack as often for 60 functions as for 10', () => {
    const passes = (functions: number) => {
      const stack = stackOf(0, functions);
      let count = 0;
      const { findAll } = stack.node;
      stack.node.findAll = (...args) => {
        count += 1;
        return findAll.apply(stack.node, args);
      };
      Profiling.of(stack);
      Template.fromStack(stack);
      return count;
    };
    expect(passes(60)).toBe(passes(10));
  });

  it('renders each function as often in a stack of 60 as in one of 10', () => {
    const { _toCloudFormation } = CfnFunction.prototype as unknown as { _toCloudFormation(): object };
    const renderings = (functions: number) => {
      let count = 0;
      const stack = stackOf(0, functions);
      for (const each of stack.node.findAll()) {
        if (!(each instanceof CfnFunction)) continue;
        Object.assign(each, {
          _toCloudFormation: () => {
            count += 1;
            return _toCloudFormation.call(each);
          },
        });
      }
      Profiling.of(stack);
      Template.fromStack(stack);
      return count / functions;
    };
    expect(renderings(60)).toBe(renderings(10));
  });
});
