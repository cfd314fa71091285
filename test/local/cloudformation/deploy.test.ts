import {
  CfnCondition,
  CfnMapping,
  CfnOutput,
  CfnParameter,
  CfnResource,
  Fn,
  NestedStack,
  Stack,
  Stage,
} from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { describe, expect, it } from 'vitest';
import { readCloudAssembly } from '../../../local/cloud-assembly';
import { type Deployment, deploy } from '../../../local/cloudformation/deploy';
import type { Stack as DeployedStack } from '../../../local/cloudformation/deployed-stack';
import { synthesize } from '../support/assembly';

function deployApp(build: Parameters<typeof synthesize>[0]): Deployment {
  return deploy(readCloudAssembly(synthesize(build)));
}

/** Deploys one stack, `Orders`. */
function deployStack(build: (stack: Stack) => void): {
  stack: DeployedStack;
  outputs: Record<string, string>;
  deployment: Deployment;
} {
  const deployment = deployApp((app) => build(new Stack(app, 'Orders')));
  return { stack: named(deployment, 'Orders'), outputs: outputsOf(named(deployment, 'Orders')), deployment };
}

function named({ stacks }: Deployment, name: string): DeployedStack {
  const stack = stacks.find(({ stackName }) => stackName === name);
  if (!stack) throw new Error(`no stack ${name} among ${stacks.map(({ stackName }) => stackName)}`);
  return stack;
}

function outputsOf({ outputs }: DeployedStack): Record<string, string> {
  return Object.fromEntries(outputs.map(({ key, value }) => [key, value]));
}

describe('deploy', () => {
  it('names resources as CloudFormation does, the same at each run', () => {
    const build = (stack: Stack) => {
      new CfnOutput(stack, 'Name', { value: new Bucket(stack, 'Very Long'.repeat(12)).bucketName });
      new CfnOutput(stack, 'Given', { value: new Bucket(stack, 'B', { bucketName: 'my-bucket' }).bucketArn });
    };
    const { outputs } = deployStack(build);
    expect(outputs.Name).toMatch(/^orders-verylong[a-z0-9]*-[a-z0-9]{12}$/);
    expect(outputs.Name?.length).toBeLessThanOrEqual(63);
    expect(outputs.Given).toBe('arn:aws:s3:::my-bucket');
    expect(deployStack(build).outputs).toEqual(outputs);
  });

  it('gives stacks without an environment the default one, and evaluates pseudo parameters', () => {
    const { outputs, stack } = deployStack((stack) => {
      const value = `${stack.partition} ${stack.account} ${stack.region} ${stack.stackName} ${stack.urlSuffix}`;
      new CfnOutput(stack, 'All', { value });
      new CfnOutput(stack, 'Id', { value: stack.stackId });
    });
    expect(outputs.All).toBe('aws 000000000000 us-east-1 Orders amazonaws.com');
    expect(outputs.Id).toBe(stack.stackId);
    expect(stack.stackId).toMatch(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Orders\/[0-9a-f-]{36}$/);
  });

  it('evaluates parameters, mappings and conditions, and leaves out what a condition excludes', () => {
    const { outputs, stack } = deployStack((stack) => {
      const stage = new CfnParameter(stack, 'Stage', { default: 'dev' });
      const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList', default: 'x,y' });
      const production = new CfnCondition(stack, 'Production', { expression: Fn.conditionEquals(stage, 'prod') });
      const map = new CfnMapping(stack, 'Map', { mapping: { dev: { size: 'small' } }, lazy: false });
      const bucket = new CfnResource(stack, 'OnlyInProduction', { type: 'AWS::S3::Bucket' });
      bucket.cfnOptions.condition = production;
      new CfnResource(stack, 'Other', { type: 'AWS::S3::Bucket' }).addResourceDependency(bucket);
      new CfnOutput(stack, 'Size', { value: map.findInMap(stage.valueAsString, 'size') });
      new CfnOutput(stack, 'Second', { value: Fn.select(1, list.valueAsList) });
      new CfnOutput(stack, 'Which', { value: Fn.conditionIf('Production', bucket.ref, 'none').toString() });
      new CfnOutput(stack, 'Excluded', { value: 'x' }).condition = production;
    });
    expect(outputs).toEqual({ Size: 'small', Second: 'y', Which: 'none' });
    expect(stack.parameters).toMatchObject({ Stage: 'dev', List: 'x,y', BootstrapVersion: '21' });
    expect(stack.resources.map(({ logicalId }) => logicalId)).toEqual(['Other']);
  });

  it('deploys nested stacks with their parameters, and gives their outputs to the parent', () => {
    const deployment = deployApp((app) => {
      const stack = new Stack(app, 'Orders');
      const bucket = new Bucket(stack, 'Bucket', { bucketName: 'outer' });
      const nested = new NestedStack(stack, 'Api');
      const inner = new NestedStack(nested, 'Deep');
      const parameter = new StringParameter(inner, 'Where', { stringValue: `s3://${bucket.bucketName}` });
      new CfnOutput(stack, 'Value', { value: parameter.stringValue });
      // The same logical id in the parent and in both nested stacks.
      for (const scope of [stack, nested, inner]) new CfnResource(scope, 'Same', { type: 'Custom::Thing' });
    });
    expect(outputsOf(named(deployment, 'Orders')).Value).toBe('s3://outer');
    expect(deployment.stacks.map(({ parent }) => parent?.stackName)).toEqual([
      undefined,
      'Orders',
      deployment.stacks[1]?.stackName,
    ]);
    expect(deployment.stacks[1]?.stackName).toMatch(/^Orders-ApiNestedStack.*-[A-Z0-9]{12}$/);
    const same = deployment.stacks.flatMap(({ resources }) =>
      resources.filter(({ logicalId }) => logicalId === 'Same'),
    );
    expect(same.map(({ constructPath }) => constructPath)).toEqual(['Same', 'Api/Same', 'Api/Deep/Same']);
    expect(deployment.warnings).toEqual([]);
  });

  it('finds construct paths in templates too, where the CDK command line puts them', () => {
    const paths = (pathMetadata: boolean) => {
      const outdir = synthesize(
        (app) => {
          const stack = new Stack(new Stage(app, 'Prod'), 'Orders');
          new Bucket(new NestedStack(stack, 'Api'), 'Bucket');
        },
        { context: { 'aws:cdk:enable-path-metadata': pathMetadata } },
      );
      const { stacks } = deploy(readCloudAssembly(outdir));
      expect(stacks[0]?.stackName).toBe('Prod-Orders');
      return stacks.flatMap(({ resources }) => resources.map(({ constructPath }) => constructPath));
    };
    expect(paths(true)).toEqual(paths(false));
    expect(paths(true)).toContain('Api/Bucket');
  });

  it('carries values between stacks, whichever comes first', () => {
    const deployment = deployApp((app) => {
      const consumer = new Stack(app, 'AConsumer');
      const producer = new Stack(app, 'Producer');
      const bucket = new Bucket(producer, 'Bucket');
      producer.exportValue(bucket.bucketArn, { name: 'TheArn' });
      new CfnOutput(producer, 'Name', { value: bucket.bucketName });
      new CfnOutput(consumer, 'Seen', { value: bucket.bucketName });
      new CfnOutput(consumer, 'Imported', { value: Fn.importValue('TheArn') });
      new CfnOutput(consumer, 'Output', { value: Fn.getStackOutput('Producer', 'Name') });
    });
    const { Name: name } = outputsOf(named(deployment, 'Producer'));
    expect(outputsOf(named(deployment, 'AConsumer'))).toEqual({
      Seen: name,
      Imported: `arn:aws:s3:::${name}`,
      Output: name,
    });
  });

  it('reads SSM parameters that the app itself creates', () => {
    const { outputs, deployment } = deployStack((stack) => {
      new StringParameter(stack, 'P', { parameterName: '/orders/size', stringValue: 'large' });
      new CfnOutput(stack, 'Own', { value: StringParameter.valueForStringParameter(stack, '/orders/size') });
      new CfnOutput(stack, 'Other', { value: StringParameter.valueForStringParameter(stack, '/other') });
    });
    expect(outputs.Own).toBe('large');
    expect(outputs.Other).toMatch(/^unknown-/);
    expect(deployment.warnings).toEqual([expect.stringContaining('SSM parameter /other')]);
  });

  it('makes up what only AWS knows, and says so where it matters', () => {
    const { outputs, deployment } = deployStack((stack) => {
      const custom = new CfnResource(stack, 'Custom', { type: 'AWS::New::Service' });
      new CfnOutput(stack, 'Arn', { value: custom.getAtt('ThingArn').toString() });
      new CfnOutput(stack, 'Any', { value: custom.getAtt('Endpoint').toString() });
      new CfnOutput(stack, 'Domain', { value: Fn.parseDomainName(custom.getAtt('Url').toString()) });
      new CfnOutput(stack, 'Elsewhere', { value: Fn.importValue('NotHere') });
      new CfnOutput(stack, 'Given', { value: new CfnParameter(stack, 'NoDefault').valueAsString });
    });
    expect(outputs.Arn).toMatch(/^arn:aws:new:us-east-1:000000000000:service\/Orders-Custom-/);
    expect(outputs.Any).toMatch(/^Orders-Custom-[A-Z0-9]+\.Endpoint$/);
    expect(outputs.Domain).toMatch(/^unknown-/);
    for (const what of ['Fn::Select', 'parameter NoDefault', 'export NotHere']) {
      expect(deployment.warnings.filter((warning) => warning.includes(what))).toHaveLength(1);
    }
    expect(deployment.warnings).toHaveLength(3);
  });

  it('resolves dynamic references that the app makes, and stands in for those that only AWS knows (B07)', () => {
    const { stack, deployment } = deployStack((orders) => {
      new StringParameter(orders, 'P', { parameterName: '/orders/size', stringValue: 'large' });
      const named = new CfnParameter(orders, 'Stage', { default: 'test' });
      new StringParameter(orders, 'Q', {
        parameterName: `/${named.valueAsString}/color`,
        stringValue: 'red',
        simpleName: false,
      });
      const consumer = new CfnResource(orders, 'Consumer', {
        type: 'AWS::Any::Thing',
        properties: {
          Latest: '{{resolve:ssm:/orders/size}}',
          First: 'is {{resolve:ssm:/orders/size:1}}!',
          Two: ['{{resolve:ssm:/orders/size}}{{resolve:ssm:/test/color}}'],
          Third: '{{resolve:ssm:/orders/size:3}}',
          Other: '{{resolve:ssm:/other}}',
          Secure: '{{resolve:ssm-secure:/key:2}}',
          Secret: 'postgres://{{resolve:secretsmanager:shop/db:SecretString:user::}}@host',
          Whole: '{{resolve:secretsmanager:shop/db}}',
          Plain: '{{other:x}}',
        },
      });
      // Its name depends on the one that asks.
      new StringParameter(orders, 'R', { parameterName: `/${consumer.ref}`, stringValue: 'x', simpleName: false });
    });
    const { properties } = stack.resources.find(({ logicalId }) => logicalId === 'Consumer') ?? {};
    const unknown = expect.stringMatching(/^unknown-[0-9a-f]{8}$/);
    expect(properties).toEqual({
      Latest: 'large',
      First: 'is large!',
      Two: ['largered'],
      Third: unknown,
      Other: unknown,
      Secure: unknown,
      Secret: expect.stringMatching(/^postgres:\/\/unknown-[0-9a-f]{8}@host$/),
      Whole: unknown,
      Plain: '{{other:x}}',
    });
    expect([...deployment.standIns.values()]).toEqual([
      'SSM parameter /orders/size, version 3',
      'SSM parameter /other',
      'secure SSM parameter /key, version 2',
      'secret shop/db, key user',
      'secret shop/db',
    ]);
    expect(deployment.warnings).toEqual([]);
  });

  it('leaves open what transforms make of the template, and names the resources (B08)', () => {
    const { stack, outputs, deployment } = deployStack((orders) => {
      orders.addTransform('AWS::LanguageExtensions');
      const include = Fn.transform('AWS::Include', { Location: 's3://definitions/api.yaml' });
      const api = new CfnResource(orders, 'Api', { type: 'AWS::ApiGateway::RestApi', properties: { Body: include } });
      const macro = new CfnResource(orders, 'Macro', { type: 'AWS::Any::Thing' });
      macro.addOverride('Properties', { 'Fn::Transform': { Name: 'Mine' } });
      const whole = new CfnResource(orders, 'Whole', { type: 'AWS::Any::Thing' });
      whole.addOverride('Type', undefined);
      whole.addOverride('Fn::Transform', { Name: 'Mine' });
      const loop = { 'Fn::ForEach::Topics': ['Name', ['A', 'B'], { Key: 'value' }] };
      new CfnResource(orders, 'Loop', { type: 'AWS::Any::Thing', properties: { Items: loop } });
      const condition = new CfnCondition(orders, 'Maybe');
      condition.expression = include as unknown as CfnCondition;
      new CfnResource(orders, 'Conditional', { type: 'AWS::Any::Thing' }).cfnOptions.condition = condition;
      new CfnOutput(orders, 'ApiId', { value: api.ref });
      new CfnOutput(orders, 'Made', { value: Fn.ref('MadeByMacro') });
      new CfnOutput(orders, 'MadeArn', { value: Fn.getAtt('MadeByMacro', 'Arn').toString() });
    });
    expect(stack.resources.map(({ logicalId }) => logicalId)).toEqual(['Api', 'Macro', 'Whole', 'Loop', 'Conditional']);
    expect(outputs).toEqual({
      ApiId: expect.stringMatching(/^[0-9a-f]{10}$/),
      Made: expect.stringMatching(/^unknown-/),
      MadeArn: expect.stringMatching(/^unknown-/),
    });
    const open = (where: string, expression: string) =>
      `Stack Orders: ${where} is left open at ${expression}, which only CloudFormation evaluates.`;
    expect(deployment.warnings).toEqual([
      open('resource Api', 'Fn::Transform AWS::Include'),
      open('resource Macro', 'Fn::Transform Mine'),
      open('resource Whole', 'Fn::Transform'),
      open('resource Loop', 'Fn::ForEach::Topics'),
      open('condition Maybe', 'Fn::Transform AWS::Include'),
      expect.stringMatching(
        /^Stack Orders: "unknown-\w+" stands in for resource MadeByMacro, which a transform makes\.$/,
      ),
      expect.stringMatching(/stands in for attribute Arn of resource MadeByMacro, which a transform makes\.$/),
    ]);
  });

  it('takes loops in place of resources and outputs', () => {
    const directory = synthesize((app) => new CfnResource(new Stack(app, 'Orders'), 'A', { type: 'AWS::Any::Thing' }));
    const assembly = readCloudAssembly(directory);
    const [orders] = assembly.stacks;
    const loop: object = { 'Fn::ForEach::Topics': ['Name', ['A'], {}] };
    Object.assign(orders?.template ?? {}, { Resources: { ...orders?.template.Resources, ...loop }, Outputs: loop });
    const { stacks, warnings } = deploy(assembly);
    expect(stacks[0]?.resources.map(({ logicalId }) => logicalId)).toContain('A');
    expect(warnings).toEqual([
      'Stack Orders: Resources is left open at Fn::ForEach::Topics, which only CloudFormation evaluates.',
    ]);
  });

  it('refuses a reference to nothing, and names it, the resource and the stack', () => {
    expect(() =>
      deployStack((stack) => {
        new CfnResource(stack, 'A', { type: 'Custom::A', properties: { X: Fn.ref('Missing') } });
      }),
    ).toThrow(/^Stack Orders, resource A: "Missing" is neither a parameter nor a resource/);
    expect(() =>
      deployStack((stack) => {
        new CfnOutput(stack, 'O', { value: Fn.getAtt('Gone', 'Arn').toString() });
      }),
    ).toThrow(/^Stack Orders, output O: "Gone"/);
  });

  it('refuses circular dependencies, and names the circle', () => {
    expect(() =>
      deployStack((stack) => {
        new CfnResource(stack, 'A', { type: 'Custom::A', properties: { X: Fn.ref('B') } });
        new CfnResource(stack, 'B', { type: 'Custom::B', properties: { X: Fn.getAtt('C', 'Y') } });
        new CfnResource(stack, 'C', { type: 'Custom::C', properties: { X: Fn.ref('B') } });
      }),
    ).toThrow('Circular dependency between resources: [Orders.B, Orders.C]');
  });
});

describe('readCloudAssembly', () => {
  it('says what to do where there is no assembly', () => {
    expect(() => readCloudAssembly('/nowhere/at/all')).toThrow(/not a CDK cloud assembly.*Run "cdk synth"/);
  });
});
