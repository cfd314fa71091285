import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Distribution, experimental, LambdaEdgeEventType } from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  Alias,
  CfnFunction,
  Code,
  DockerImageCode,
  DockerImageFunction,
  Function as LambdaFunction,
  Runtime,
  SingletonFunction,
} from 'aws-cdk-lib/aws-lambda';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId, Provider } from 'aws-cdk-lib/custom-resources';
import { describe, expect, it } from 'vitest';
import { Profiling, type ProfilingProps } from '../../lib';
import { INLINE, plainFunction, profiledIn, stackNamed } from './support/setup';

describe('what Profiling.of leaves as it is', () => {
  /** The template with `Profiling.of(stack)` is the one without, whatever `build` puts there. */
  function expectUntouched(build: (stack: Stack) => void, env = { account: '123456789012', region: 'us-east-1' }) {
    const template = (props?: ProfilingProps) => {
      const app = new App();
      const stack = new Stack(app, 'Shop', { env });
      build(stack);
      if (props) Profiling.of(app, props);
      const stacks = app.node.findAll().filter(Stack.isStack);
      app.synth();
      return stacks.map((each) => Template.fromStack(each).toJSON());
    };
    expect(template({})).toEqual(template());
  }

  it('functions of other runtimes', () => {
    expectUntouched((stack) => {
      new LambdaFunction(stack, 'Fn', { runtime: Runtime.PYTHON_3_13, handler: 'i.h', code: Code.fromInline('x') });
      new LambdaFunction(stack, 'Native', {
        runtime: Runtime.PROVIDED_AL2023,
        handler: 'i.h',
        code: Code.fromAsset(__dirname),
      });
    });
  });

  it('container images', () => {
    expectUntouched((stack) => {
      const repository = Repository.fromRepositoryName(stack, 'Images', 'images');
      new DockerImageFunction(stack, 'Fn', { code: DockerImageCode.fromEcr(repository) });
    });
  });

  it.each(['us-east-1', 'eu-central-1'])('functions at the edge, of a stack in %s', (region) => {
    expectUntouched((stack) => void new experimental.EdgeFunction(stack, 'Fn', INLINE), {
      account: '123456789012',
      region,
    });
  });

  it('a function that a distribution uses at the edge', () => {
    expectUntouched((stack) => {
      const { currentVersion: functionVersion } = plainFunction(stack, 'Fn');
      const edgeLambdas = [{ functionVersion, eventType: LambdaEdgeEventType.ORIGIN_REQUEST }];
      new Distribution(stack, 'Cdn', { defaultBehavior: { origin: new HttpOrigin('example.com'), edgeLambdas } });
    });
  });

  it("singletons and CDK's custom resources", () => {
    expectUntouched((stack) => {
      new SingletonFunction(stack, 'Singleton', { ...INLINE, uuid: 'any name' });
      new AwsCustomResource(stack, 'Call', {
        onCreate: { service: 'S3', action: 'listBuckets', physicalResourceId: PhysicalResourceId.of('x') },
        policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: ['*'] }),
      });
      const bucket = new Bucket(stack, 'Bucket');
      new BucketDeployment(stack, 'Deployment', {
        destinationBucket: bucket,
        sources: [Source.data('a.txt', 'a')],
      });
      const python = new LambdaFunction(stack, 'Fn', {
        runtime: Runtime.PYTHON_3_13,
        handler: 'i.h',
        code: Code.fromInline('x'),
      });
      bucket.addEventNotification(EventType.OBJECT_CREATED, new LambdaDestination(python));
    });
  });

  it('functions of the first layer, whose roles are not known', () => {
    expectUntouched((stack) => {
      const { handler, runtime } = INLINE;
      const role = 'arn:aws:iam::123456789012:role/lambda';
      new CfnFunction(stack, 'Fn', { code: { zipFile: 'x' }, handler, runtime: runtime.name, role });
    });
  });

  it('imported functions, versions and aliases', () => {
    expectUntouched((stack) => {
      const imported = LambdaFunction.fromFunctionArn(
        stack,
        'Fn',
        'arn:aws:lambda:eu-central-1:123456789012:function:x',
      );
      new Alias(stack, 'Live', { aliasName: 'live', version: imported.latestVersion });
    });
  });
});

describe('of the functions of custom resources', () => {
  it("the handlers of a Provider are the app's own, and profiled; its framework is not", () => {
    const stack = stackNamed();
    new Provider(stack, 'Provider', {
      onEventHandler: plainFunction(stack, 'OnEvent'),
      isCompleteHandler: plainFunction(stack, 'IsComplete'),
    });
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual(['IsComplete', 'OnEvent']);
  });

  it('all are profiled when it is asked', () => {
    const stack = stackNamed();
    new SingletonFunction(stack, 'Singleton', { ...INLINE, uuid: 'abc' });
    new Provider(stack, 'Provider', { onEventHandler: plainFunction(stack, 'OnEvent') });
    Profiling.of(stack, { providerFunctions: true });
    expect(profiledIn(stack)).toEqual(['OnEvent', 'ProviderframeworkonEvent', 'SingletonLambdaabc']);
  });
});
