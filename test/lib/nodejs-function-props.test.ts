import { App, DockerImage, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccessPoint, FileSystem as Efs } from 'aws-cdk-lib/aws-efs';
import { LazyRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  CapacityProvider,
  Code,
  CodeSigningConfig,
  FileSystem,
  LambdaInsightsVersion,
  LayerVersion,
  LoggingFormat,
  ParamsAndSecretsLayerVersion,
  ParamsAndSecretsVersions,
  RecursiveLoop,
  Runtime,
  RuntimeManagementMode,
  SnapStartConf,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, type NodejsFunctionProps, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Platform, SigningProfile } from 'aws-cdk-lib/aws-signer';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction } from '../../lib';
import { INLINE, unexpectedDifference } from './support/setup';

type Props = (stack: Stack) => NodejsFunctionProps;

const ENTRY = { entry: `${__dirname}/fixtures/shop-stack.Cart.ts`, runtime: Runtime.NODEJS_24_X };
const ASSUMED = { assumedBy: new ServicePrincipal('lambda.amazonaws.com') };
const ROLE_ARN = 'arn:aws:iam::123456789012:role/lambda';

/** A stack in an account with `Fn` in it, and what `use` makes of it. */
function stackWith(
  functionClass: typeof NodejsFunction,
  props: Props,
  use: (fn: NodejsFunction, stack: Stack) => unknown,
  isBundled: boolean,
): Stack {
  const app = new App({ context: isBundled ? {} : { 'aws:cdk:bundling-stacks': [] } });
  const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'eu-central-1' } });
  use(new functionClass(stack, 'Fn', props(stack)), stack);
  return stack;
}

/** What is unexpectedly different in the template of a `ProfiledFunction`. */
function difference(props: Props, use: (fn: NodejsFunction, stack: Stack) => unknown = () => {}, isBundled = false) {
  const [before, after] = [NodejsFunction, ProfiledFunction].map((functionClass) =>
    Template.fromStack(stackWith(functionClass, props, use, isBundled)),
  );
  const [fn] = Object.values(
    after.findResources('AWS::Lambda::Function', { Properties: { Handler: Match.anyValue() } }),
  );
  expect(fn.Properties.Handler).toBe('/opt/profiled-fn/handler.handler');
  return unexpectedDifference(before, after);
}

describe("NodejsFunction's props do in ProfiledFunction what they did, with", () => {
  it.each<[string, Props]>([
    ['a role of the app', (stack) => ({ role: new Role(stack, 'Role', ASSUMED) })],
    ['a lazy role', (stack) => ({ role: new LazyRole(stack, 'Role', ASSUMED) })],
    ['an imported role', (stack) => ({ role: Role.fromRoleArn(stack, 'Role', ROLE_ARN) })],
    [
      'a role that may not be changed',
      (stack) => ({ role: Role.fromRoleArn(stack, 'Role', ROLE_ARN, { mutable: false }) }),
    ],
    ['an initial policy', () => ({ initialPolicy: [new PolicyStatement({ actions: ['sqs:*'], resources: ['*'] })] })],
    ['a VPC', (stack) => ({ vpc: new Vpc(stack, 'Vpc'), allowAllOutbound: false })],
    [
      'a file system',
      (stack) => {
        const vpc = new Vpc(stack, 'Vpc');
        const fileSystem = new Efs(stack, 'Efs', { vpc });
        const accessPoint = new AccessPoint(stack, 'AccessPoint', { fileSystem });
        return { vpc, filesystem: FileSystem.fromEfsAccessPoint(accessPoint, '/mnt/data') };
      },
    ],
    ['tracing', () => ({ tracing: Tracing.ACTIVE })],
    [
      'layers, of Lambda Insights and the secrets extension too',
      (stack) => ({
        layers: [new LayerVersion(stack, 'Layer', { code: Code.fromAsset(`${__dirname}/fixtures`) })],
        insightsVersion: LambdaInsightsVersion.VERSION_1_0_229_0,
        paramsAndSecrets: ParamsAndSecretsLayerVersion.fromVersion(ParamsAndSecretsVersions.V1_0_103),
      }),
    ],
    ['arm64', () => ({ architecture: Architecture.ARM_64 })],
    ['x86_64', () => ({ architecture: Architecture.X86_64 })],
    [
      'an encrypted environment',
      (stack) => ({ environment: { A: '1' }, environmentEncryption: new Key(stack, 'Key') }),
    ],
    ['SDK connections that are not reused', () => ({ awsSdkConnectionReuse: false })],
    [
      'sizes, limits, and descriptions',
      () => ({
        functionName: 'orders',
        description: 'Takes orders',
        memorySize: 1769,
        timeout: Duration.minutes(15),
        ephemeralStorageSize: Size.gibibytes(2),
        reservedConcurrentExecutions: 5,
        recursiveLoop: RecursiveLoop.ALLOW,
      }),
    ],
    [
      'dead letters and retries',
      () => ({ deadLetterQueueEnabled: true, retryAttempts: 0, maxEventAge: Duration.hours(1) }),
    ],
    ['an event source', (stack) => ({ events: [new SqsEventSource(new Queue(stack, 'Queue'))] })],
    [
      'its own log group, in JSON',
      (stack) => ({ logGroup: new LogGroup(stack, 'Logs'), loggingFormat: LoggingFormat.JSON }),
    ],
    ['a runtime that is updated by hand', () => ({ runtimeManagementMode: RuntimeManagementMode.FUNCTION_UPDATE })],
    ['options of its current version', () => ({ currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN } })],
    ['durable executions', () => ({ durableConfig: { executionTimeout: Duration.hours(1) } })],
    [
      'code of an asset',
      () => ({ code: Code.fromAsset(`${__dirname}/fixtures`), handler: 'index.handler', entry: undefined }),
    ],
    ['inline code', () => ({ ...INLINE, entry: undefined })],
    [
      'bundling in a container',
      () => ({ bundling: { forceDockerBundling: true, dockerImage: DockerImage.fromRegistry('esbuild') } }),
    ],
  ])('%s', (_, props) => {
    expect(difference((stack) => ({ ...ENTRY, ...props(stack) }))).toEqual([]);
  });

  it.each<[string, NodejsFunctionProps['bundling']]>([
    ['ESM, minified, with a map', { format: OutputFormat.ESM, minify: true, sourceMap: true }],
    [
      'everything that changes the bundle',
      {
        externalModules: ['node:crypto'],
        banner: '/* banner */',
        define: { 'process.env.STAGE': '"test"' },
        keepNames: true,
        mainFields: ['module', 'main'],
        target: 'node20',
      },
    ],
    ['the SDK in the bundle', { bundleAwsSDK: true }],
  ])('a bundle: %s', (_, bundling) => {
    expect(difference(() => ({ ...ENTRY, bundling }), undefined, true)).toEqual([]);
  });

  it.each<[string, (fn: NodejsFunction, stack: Stack) => unknown]>([
    ['an alias', (fn) => fn.addAlias('live')],
    ['provisioned concurrency', (fn) => fn.addAlias('live', { provisionedConcurrentExecutions: 2 })],
    ['a URL', (fn) => fn.addFunctionUrl()],
    ['a version', (fn) => fn.currentVersion.addAlias('blue')],
    ['grants', (fn, stack) => new Queue(stack, 'Queue').grantSendMessages(fn)],
    [
      'a capacity provider (Managed Instances)',
      (fn, stack) => {
        const vpc = new Vpc(stack, 'Vpc');
        const securityGroups = [new SecurityGroup(stack, 'Group', { vpc })];
        new CapacityProvider(stack, 'Capacity', { subnets: vpc.privateSubnets, securityGroups }).addFunction(fn);
      },
    ],
  ])('%s', (_, use) => {
    expect(difference(() => ENTRY, use)).toEqual([]);
  });
});

describe('the current version of a ProfiledFunction', () => {
  function versionOf(
    profilingOptions: ConstructorParameters<typeof ProfiledFunction>[2],
    description?: string,
  ): string {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = new Stack(app, 'Shop');
    new ProfiledFunction(stack, 'Fn', { ...INLINE, description, ...profilingOptions }).addAlias('live');
    const [id] = Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'));
    return id;
  }

  it('stays while nothing changes, and is a new one when code, configuration or profiling does', () => {
    expect(versionOf({})).toBe(versionOf({}));
    const other = [
      versionOf({}, 'other'),
      versionOf({ code: Code.fromInline('exports.handler = 1') }),
      versionOf({ profilingOptions: { windowSize: 3 } }),
      versionOf({ profilingOptions: { enabled: false } }),
    ];
    expect(new Set([versionOf({}), ...other]).size).toBe(5);
  });

  it('of a function with profiling off is the one of a NodejsFunction', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    new NodejsFunction(stack, 'Fn', INLINE).addAlias('live');
    const [id] = Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Version'));
    expect(versionOf({ profilingOptions: { enabled: false } })).toBe(id);
  });
});

describe('what NodejsFunction refuses or cannot know', () => {
  it('is refused by ProfiledFunction with the same words: SnapStart', () => {
    const props: Props = () => ({ ...ENTRY, snapStart: SnapStartConf.ON_PUBLISHED_VERSIONS });
    for (const functionClass of [NodejsFunction, ProfiledFunction]) {
      expect(() => stackWith(functionClass, props, () => {}, false)).toThrow(
        'SnapStart currently not supported by runtime nodejs24.x',
      );
    }
  });

  it('has a warning where code has to be signed, which the layer is not', () => {
    const props: Props = (stack) => {
      const signingProfile = new SigningProfile(stack, 'Profile', { platform: Platform.AWS_LAMBDA_SHA384_ECDSA });
      return {
        ...ENTRY,
        codeSigningConfig: new CodeSigningConfig(stack, 'Signed', { signingProfiles: [signingProfile] }),
      };
    };
    expect(difference(props)).toEqual([]);
    const warnings = Annotations.fromStack(stackWith(ProfiledFunction, props, () => {}, false)).findWarning(
      '/Shop/Fn',
      Match.stringLikeRegexp('set untrustedArtifactOnDeployment to WARN'),
    );
    expect(warnings).toHaveLength(1);
  });
});
