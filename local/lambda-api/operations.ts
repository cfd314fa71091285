import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../cloudformation/template';
import type { HttpResponse } from '../http';
import { LambdaError } from './errors';
import type { Fleet } from './fleet';
import { invoke } from './invoke';
import { type Configuration, type FunctionRegistry, qualified, type RegisteredFunction, type Target } from './registry';

/** One call of Lambda's API, authenticated. */
export interface LambdaCall {
  /** ARN of the function, without a qualifier. */
  arn: string;
  /** Version or alias. */
  qualifier?: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  registry: FunctionRegistry;
  fleet: Fleet;
  now: Date;
  /** Whether the caller may do this. */
  allows(action: string, resource: string): boolean;
}

/** Something that Lambda's API can do. */
export interface LambdaOperation {
  /** What must be allowed on the function before it runs. */
  permission: string;
  run(call: LambdaCall): HttpResponse | Promise<HttpResponse>;
}

/**
 * The operation that a request asks for; undefined: none that is known here.
 *
 * @param rest - what follows the function's name in the path
 */
export function operationOf(method: string, rest: string): LambdaOperation | undefined {
  const name = `${method} ${rest}`;
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const operations: Record<string, LambdaOperation> = {
  'GET ': {
    permission: 'lambda:GetFunction',
    run(call) {
      const { fn, configuration } = targetOf(call);
      const reserved = fn.properties.ReservedConcurrentExecutions;
      return json(200, {
        Configuration: describe(fn, configuration, call),
        ...(reserved === undefined ? {} : { Concurrency: { ReservedConcurrentExecutions: Number(reserved) } }),
      });
    },
  },
  'GET configuration': {
    permission: 'lambda:GetFunctionConfiguration',
    run(call) {
      const { fn, configuration } = targetOf(call);
      return json(200, describe(fn, configuration, call));
    },
  },
  'PUT configuration': {
    permission: 'lambda:UpdateFunctionConfiguration',
    run(call) {
      const { fn } = call.registry.find(call.arn, undefined, call.now);
      const { Environment, RevisionId, ...others } = parse(call.body);
      const unknown = Object.keys(others).filter((name) => name !== 'FunctionName');
      if (unknown.length > 0 || call.qualifier !== undefined) {
        const what = unknown.join(', ') || `qualifier ${call.qualifier}`;
        throw new LambdaError('NotImplementedException', `profiled-fn local changes environments only, not: ${what}.`);
      }
      call.registry.updateEnvironment(fn, variablesOf(Environment), stringOf(RevisionId), call.now);
      return json(200, describe(fn, fn.latest, call));
    },
  },
  'GET versions': {
    permission: 'lambda:ListVersionsByFunction',
    run(call) {
      const { fn } = call.registry.find(call.arn, undefined, call.now);
      return json(200, { Versions: [fn.latest, ...fn.versions].map((each) => describe(fn, each, call)) });
    },
  },
  'GET aliases': {
    permission: 'lambda:ListAliases',
    run(call) {
      const { fn } = call.registry.find(call.arn, undefined, call.now);
      return json(200, {
        Aliases: fn.aliases.map(({ name, version, revisionId }) => ({
          AliasArn: qualified(fn.arn, name),
          Name: name,
          FunctionVersion: version,
          RevisionId: revisionId,
        })),
      });
    },
  },
  'POST invocations': {
    permission: 'lambda:InvokeFunction',
    run: (call) => invoke(targetOf(call), call),
  },
};

function targetOf({ registry, arn, qualifier, now }: LambdaCall): Target {
  return registry.find(arn, qualifier, now);
}

function describe(fn: RegisteredFunction, configuration: Configuration, call: LambdaCall): object {
  const { properties, name, arn } = fn;
  const { version, environment, lastModified, revisionId } = configuration;
  const latest = version === '$LATEST';
  const updating = latest && fn.updatingUntil !== undefined;
  const image = properties.PackageType === 'Image';
  return {
    FunctionName: name,
    FunctionArn: latest && call.qualifier === undefined ? arn : qualified(arn, call.qualifier ?? version),
    Version: version,
    ...(image ? {} : { Runtime: properties.Runtime, Handler: properties.Handler }),
    PackageType: image ? 'Image' : 'Zip',
    Role: properties.Role,
    MemorySize: Number(properties.MemorySize ?? 128),
    Timeout: Number(properties.Timeout ?? 3),
    Architectures: properties.Architectures ?? ['x86_64'],
    Layers: Array.isArray(properties.Layers) ? properties.Layers.map((layer) => ({ Arn: layer })) : undefined,
    KMSKeyArn: properties.KmsKeyArn,
    LastModified: lastModified.toISOString().replace('Z', '+0000'),
    RevisionId: revisionId,
    State: 'Active',
    LastUpdateStatus: updating ? 'InProgress' : 'Successful',
    ...(updating && {
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    }),
    ...environmentOf(fn, environment, call),
  };
}

/** With a key of one's own, who may not decrypt with it sees an error in place of the variables. */
function environmentOf(
  { properties }: RegisteredFunction,
  Variables: Record<string, string>,
  call: LambdaCall,
): object {
  if (Object.keys(Variables).length === 0) return {};
  const key = properties.KmsKeyArn;
  if (typeof key !== 'string' || call.allows('kms:Decrypt', key)) return { Environment: { Variables } };
  const Message =
    'Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions.';
  return { Environment: { Error: { ErrorCode: 'AccessDeniedException', Message } } };
}

function parse(body: Buffer): JsonObject {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new LambdaError(
      'InvalidRequestContentException',
      `Could not parse request body: ${(error as Error).message}`,
    );
  }
}

function variablesOf(environment: JsonObject[string] | undefined): Record<string, string> {
  const variables = typeof environment === 'object' && environment !== null && 'Variables' in environment;
  const value = variables ? environment.Variables : {};
  const names = Object.entries(value ?? {});
  const wrong = names.find(([name, text]) => typeof text !== 'string' || !/^[a-zA-Z]\w+$/.test(name));
  if (!wrong) return Object.fromEntries(names) as Record<string, string>;
  throw new LambdaError('InvalidParameterValueException', `The environment variable ${wrong[0]} is not valid.`);
}

function stringOf(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function json(status: number, content: object): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
