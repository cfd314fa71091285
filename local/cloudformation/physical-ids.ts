import { createHash } from 'node:crypto';
import type { Json, JsonObject } from './template';

/** What of a resource its name, ARN and attributes are made of. */
export interface ResourceIdentity {
  type: string;
  logicalId: string;
  stackName: string;
  stackId: string;
  accountId: string;
  region: string;
  /** Evaluated. */
  properties: JsonObject;
}

/** The physical id, which is what `Ref` gives, and the attributes that `Fn::GetAtt` gives. */
export interface PhysicalResource {
  physicalId: string;
  attributes: JsonObject;
}

/**
 * The physical id and the attributes that CloudFormation would give a resource. Names that the template leaves open
 * are the same at each run: the random part is a hash.
 */
export function physicalResource(identity: ResourceIdentity): PhysicalResource {
  const kind = Object.hasOwn(kinds, identity.type) ? kinds[identity.type] : undefined;
  const name = nameOf(identity, kind?.name);
  return kind ? kind.make(name, identity) : { physicalId: name, attributes: {} };
}

/**
 * A stand-in for an attribute of a resource whose type is not known here. Nothing in a local run looks at it; it is
 * shaped like the real thing so that expressions around it can be evaluated.
 */
export function madeUpAttribute(identity: ResourceIdentity, physicalId: string, attribute: string): Json {
  if (LIST_ATTRIBUTES.has(attribute)) {
    return [0, 1, 2].map((index) => `${physicalId}.${attribute}.${index}`);
  }
  if (!attribute.endsWith('Arn')) return `${physicalId}.${attribute}`;
  const [, service = 'custom', resource = 'resource'] = identity.type.toLowerCase().split('::');
  return arn(identity, service, `${resource}/${physicalId}`);
}

/** Attributes of AWS's resource types that are lists. */
const LIST_ATTRIBUTES = new Set([
  'CidrBlockAssociations',
  'DnsEntries',
  'Ipv6CidrBlocks',
  'NameServers',
  'NetworkInterfaceIds',
  'SecondaryPrivateIpAddresses',
]);

/** Hex digits that look random, the same ones for the same parts. */
function stableHex(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex');
}

/** In the form of a UUID, as CloudFormation puts one at the end of a stack's id. */
export function stableUuid(...parts: string[]): string {
  return stableHex(...parts)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

interface NameRule {
  /** Property that sets the name. */
  property: string;
  maxLength: number;
  lowercase?: boolean;
}

interface Kind {
  name: NameRule;
  make: (name: string, identity: ResourceIdentity) => PhysicalResource;
}

const SUFFIX_LENGTH = 12;

function nameOf(identity: ResourceIdentity, rule?: NameRule): string {
  const given = rule && identity.properties[rule.property];
  if (typeof given === 'string') return given;
  const room = (rule?.maxLength ?? 255) - SUFFIX_LENGTH - 1;
  const whole = `${identity.stackName}-${identity.logicalId}`;
  // CloudFormation shortens both parts where they are too long together.
  const half = Math.floor((room - 1) / 2);
  const stem =
    whole.length <= room ? whole : `${identity.stackName.slice(0, half)}-${identity.logicalId.slice(0, half)}`;
  const name = `${stem}-${suffix(identity)}`;
  return rule?.lowercase ? name.toLowerCase() : name;
}

function suffix({ stackId, logicalId }: ResourceIdentity): string {
  return BigInt(`0x${stableHex(stackId, logicalId)}`)
    .toString(36)
    .slice(0, SUFFIX_LENGTH)
    .toUpperCase();
}

function arn({ region, accountId }: ResourceIdentity, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

/** A kind whose `Ref` is its name and whose `Arn` is as `resource` says. */
function named(property: string, maxLength: number, service: string, resource: (name: string) => string): Kind {
  return {
    name: { property, maxLength },
    make: (name, identity) => ({
      physicalId: name,
      attributes: { Arn: arn(identity, service, resource(name)), Name: name },
    }),
  };
}

/** A kind whose `Ref` is its ARN. */
function byArn(property: string, maxLength: number, service: string, resource: (name: string) => string): Kind {
  return {
    name: { property, maxLength },
    make: (name, identity) => {
      const id = arn(identity, service, resource(name));
      return { physicalId: id, attributes: { Arn: id, Name: name, [property]: name } };
    },
  };
}

function iamArn({ accountId, properties }: ResourceIdentity, kind: string, name: string): string {
  const path = typeof properties.Path === 'string' ? properties.Path : '/';
  return `arn:aws:iam::${accountId}:${kind}${path}${name}`;
}

function string(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

const kinds: Record<string, Kind> = {
  'AWS::S3::Bucket': {
    name: { property: 'BucketName', maxLength: 63, lowercase: true },
    make: (name, { region }) => ({
      physicalId: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
        WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
      },
    }),
  },
  'AWS::Lambda::Function': named('FunctionName', 64, 'lambda', (name) => `function:${name}`),
  'AWS::Lambda::LayerVersion': byArn('LayerName', 140, 'lambda', (name) => `layer:${name}:1`),
  'AWS::Lambda::Version': {
    name: { property: '', maxLength: 64 },
    make: (_, identity) => ({
      physicalId: `${functionArn(identity)}:1`,
      attributes: { Version: '1', FunctionArn: `${functionArn(identity)}:1` },
    }),
  },
  'AWS::Lambda::Alias': {
    name: { property: 'Name', maxLength: 128 },
    make: (name, identity) => ({
      physicalId: `${functionArn(identity)}:${name}`,
      attributes: { AliasArn: `${functionArn(identity)}:${name}` },
    }),
  },
  'AWS::Lambda::Url': {
    name: { property: '', maxLength: 64 },
    make: (name, identity) => {
      const host = stableHex(identity.stackId, name).slice(0, 32);
      return {
        physicalId: functionArn(identity),
        attributes: {
          FunctionArn: functionArn(identity),
          FunctionUrl: `https://${host}.lambda-url.${identity.region}.on.aws/`,
        },
      };
    },
  },
  'AWS::IAM::Role': {
    name: { property: 'RoleName', maxLength: 64 },
    make: (name, identity) => ({
      physicalId: name,
      attributes: {
        Arn: iamArn(identity, 'role', name),
        RoleId: `AROA${stableHex(identity.stackId, name).slice(0, 17).toUpperCase()}`,
      },
    }),
  },
  'AWS::IAM::User': {
    name: { property: 'UserName', maxLength: 64 },
    make: (name, identity) => ({ physicalId: name, attributes: { Arn: iamArn(identity, 'user', name) } }),
  },
  'AWS::IAM::ManagedPolicy': {
    name: { property: 'ManagedPolicyName', maxLength: 128 },
    make: (name, identity) => ({
      physicalId: iamArn(identity, 'policy', name),
      attributes: { PolicyArn: iamArn(identity, 'policy', name) },
    }),
  },
  'AWS::SQS::Queue': {
    name: { property: 'QueueName', maxLength: 80 },
    make: (name, identity) => {
      const url = `https://sqs.${identity.region}.amazonaws.com/${identity.accountId}/${name}`;
      return { physicalId: url, attributes: { Arn: arn(identity, 'sqs', name), QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::SNS::Topic': {
    name: { property: 'TopicName', maxLength: 256 },
    make: (name, identity) => ({
      physicalId: arn(identity, 'sns', name),
      attributes: { TopicArn: arn(identity, 'sns', name), TopicName: name },
    }),
  },
  'AWS::DynamoDB::Table': named('TableName', 255, 'dynamodb', (name) => `table/${name}`),
  'AWS::DynamoDB::GlobalTable': named('TableName', 255, 'dynamodb', (name) => `table/${name}`),
  'AWS::Kinesis::Stream': named('Name', 128, 'kinesis', (name) => `stream/${name}`),
  'AWS::Logs::LogGroup': named('LogGroupName', 512, 'logs', (name) => `log-group:${name}:*`),
  'AWS::Events::EventBus': named('Name', 256, 'events', (name) => `event-bus/${name}`),
  'AWS::Events::Rule': named('Name', 64, 'events', (name) => `rule/${name}`),
  'AWS::SecretsManager::Secret': byArn('Name', 512, 'secretsmanager', (name) => `secret:${name}`),
  'AWS::StepFunctions::StateMachine': byArn('StateMachineName', 80, 'states', (name) => `stateMachine:${name}`),
  'AWS::KMS::Key': {
    name: { property: '', maxLength: 64 },
    make: (name, identity) => {
      const id = stableUuid(identity.stackId, name);
      return { physicalId: id, attributes: { Arn: arn(identity, 'kms', `key/${id}`), KeyId: id } };
    },
  },
  'AWS::SSM::Parameter': {
    name: { property: 'Name', maxLength: 1011 },
    make: (name, { properties }) => ({
      physicalId: name,
      attributes: { Type: string(properties.Type), Value: string(properties.Value) },
    }),
  },
  'AWS::ApiGateway::RestApi': {
    name: { property: '', maxLength: 64 },
    make: (name, { stackId }) => {
      const hex = stableHex(stackId, name);
      return { physicalId: hex.slice(0, 10), attributes: { RootResourceId: hex.slice(10, 20) } };
    },
  },
  'AWS::ApiGatewayV2::Api': {
    name: { property: '', maxLength: 64 },
    make: (name, { stackId, region }) => {
      const id = stableHex(stackId, name).slice(0, 10);
      return {
        physicalId: id,
        attributes: { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com` },
      };
    },
  },
};

/** `FunctionName` of versions, aliases and URLs may be a name or an ARN. */
function functionArn(identity: ResourceIdentity): string {
  const target = string(identity.properties.FunctionName ?? identity.properties.TargetFunctionArn);
  return target.startsWith('arn:') ? target : arn(identity, 'lambda', `function:${target}`);
}
