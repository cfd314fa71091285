import { App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { readCloudAssembly } from '../../local/cloud-assembly';
import { deploy } from '../../local/cloudformation/deploy';
import { ShopStack } from './fixtures/shop-stack';
import { INLINE, unexpectedDifference } from './support/setup';

/** As `cdk init` makes it: every feature flag of this version of CDK is on. */
const newApp = () => new App({ context: flags });

describe('in an app with all feature flags', () => {
  it('a NodejsFunction replaced by ProfiledFunction differs in nothing but what profiling adds', () => {
    const app = newApp();
    const [before, after] = [
      new ShopStack(app, 'Before', NodejsFunction),
      new ShopStack(app, 'After', ProfiledFunction),
    ];
    expect(unexpectedDifference(Template.fromStack(before), Template.fromStack(after))).toEqual([]);
  });

  it('functions of all stacks, nested ones too, may put into a store with a key of another stack', () => {
    const app = newApp();
    const platform = new Stack(app, 'Platform');
    const encryptionKey = new Key(platform, 'Key');
    const store = new ProfileStore(platform, 'Profiles', { encryptionKey, retention: Duration.days(30) });
    const shop = new Stack(app, 'Shop');
    new LambdaFunction(shop, 'Orders', INLINE);
    new LambdaFunction(new NestedStack(shop, 'Backend'), 'Stock', INLINE);
    Profiling.of(app, { store });

    const { stacks } = deploy(readCloudAssembly(app.synth().directory));
    const resources = stacks.flatMap((stack) => stack.resources);
    const of = (type: string) => resources.filter((resource) => resource.type === type);
    const [bucket] = of('AWS::S3::Bucket');
    const [key] = of('AWS::KMS::Key');
    const paths = ['Orders', 'Backend.Stock'];
    expect(of('AWS::Lambda::Function').map(({ properties }) => properties.Environment)).toEqual(
      paths.map((path) => ({
        Variables: {
          PROFILED_FN_HANDLER: 'index.handler',
          PROFILED_FN_BUCKET: bucket.physicalId,
          PROFILED_FN_PREFIX: `profiled-fn/Shop/${path}`,
        },
      })),
    );
    const allow = (Action: string, Resource: unknown) => ({ Action, Effect: 'Allow', Resource });
    expect(of('AWS::IAM::Policy')).toEqual([]);
    const policies = of('AWS::IAM::Role').flatMap(
      ({ properties }) => properties.Policies as { PolicyDocument: object }[],
    );
    expect(policies.map(({ PolicyDocument }) => PolicyDocument)).toEqual(
      paths.map((path) => ({
        Statement: [
          allow('s3:PutObject', `${bucket.attributes.Arn}/profiled-fn/Shop/${path}/*`),
          allow('kms:GenerateDataKey', key.attributes.Arn),
        ],
        Version: '2012-10-17',
      })),
    );
    const outputs = stacks.find(({ stackName }) => stackName === 'Shop')?.outputs;
    expect(outputs).toContainEqual(expect.objectContaining({ key: 'ProfiledFnBucketName', value: bucket.physicalId }));
  });
});
