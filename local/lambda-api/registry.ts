import { randomUUID } from 'node:crypto';
import type { Resource, Stack } from '../cloudformation/deployed-stack';
import { isObject, type Json } from '../cloudformation/template';
import type { DeployedFunction } from '../types';
import { LambdaError } from './errors';

/** What can be said of a function and of each of its versions. */
export interface Configuration {
  /** `$LATEST` or a number. */
  version: string;
  environment: Record<string, string>;
  lastModified: Date;
  /** A new one with every change, also with the end of an update. */
  revisionId: string;
}

/** A function with its versions and aliases, as its template describes it, and as it was changed since. */
export interface RegisteredFunction {
  name: string;
  arn: string;
  accountId: string;
  region: string;
  /** As the template has them, evaluated. */
  properties: Resource['properties'];
  latest: Configuration;
  /** What invocations of `$LATEST` see while an update is in progress. */
  running: Configuration;
  /** Milliseconds since the epoch when the latest update takes effect; absent: it has. */
  updatingUntil?: number;
  /** Published, oldest first. */
  versions: Configuration[];
  aliases: Alias[];
  /** Environments that it may have at a time. */
  concurrency: number;
  /** How to run it; absent if that is not possible here. */
  deployed?: DeployedFunction;
}

export interface Alias {
  name: string;
  version: string;
  revisionId: string;
}

/** What a name, with a qualifier or without, means. */
export interface Target {
  fn: RegisteredFunction;
  configuration: Configuration;
}

/** Environments that a function without a reservation may have: all that a new account has. */
const UNRESERVED_CONCURRENCY = 10;

/** Characters of the environment's JSON that Lambda takes. */
const MAX_ENVIRONMENT = 4096;

/** The functions of an app, by account, region and name. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();
  readonly #updateMs: number;

  /**
   * @param deployed - those that can be run
   * @param updateMs - how long an update is in progress
   */
  constructor(stacks: Stack[], deployed: DeployedFunction[], createdAt: Date, updateMs: number) {
    this.#updateMs = updateMs;
    for (const stack of stacks) {
      for (const resource of stack.resources) {
        if (resource.type !== 'AWS::Lambda::Function') continue;
        const fn = register(resource, stack, createdAt);
        fn.deployed = deployed.find((each) => each.functionName === fn.name && each.region === fn.region);
        this.#functions.set(fn.arn, fn);
      }
    }
    for (const { type, properties } of stacks.flatMap((stack) => stack.resources)) {
      const fn = this.#named(properties.FunctionName);
      if (fn && type === 'AWS::Lambda::Version')
        fn.versions.push({ ...fn.latest, version: '1', revisionId: randomUUID() });
      if (fn && type === 'AWS::Lambda::Alias') {
        const { Name, FunctionVersion } = properties;
        fn.aliases.push({ name: String(Name), version: String(FunctionVersion), revisionId: randomUUID() });
      }
    }
  }

  /** The account that a function of that name is in, where the app has one in that region. */
  accountOf(name: string, region: string): string | undefined {
    return [...this.#functions.values()].find((fn) => fn.name === name && fn.region === region)?.accountId;
  }

  /** @throws LambdaError if there is no such function, version or alias */
  find(arn: string, qualifier: string | undefined, now: Date): Target {
    const fn = this.#functions.get(arn);
    if (!fn) throw new LambdaError('ResourceNotFoundException', `Function not found: ${qualified(arn, qualifier)}`);
    settle(fn, now);
    const version = fn.aliases.find(({ name }) => name === qualifier)?.version ?? qualifier ?? '$LATEST';
    const configuration = [fn.latest, ...fn.versions].find((each) => each.version === version);
    if (configuration) return { fn, configuration };
    throw new LambdaError('ResourceNotFoundException', `Function not found: ${qualified(arn, qualifier)}`);
  }

  /**
   * Gives `$LATEST` another environment, which takes effect a little later.
   *
   * @param revisionId - refuses the change where the function is at another one
   */
  updateEnvironment(
    fn: RegisteredFunction,
    environment: Record<string, string>,
    revisionId: string | undefined,
    now: Date,
  ): void {
    if (fn.updatingUntil !== undefined) {
      throw new LambdaError(
        'ResourceConflictException',
        `The operation cannot be performed at this time. An update is in progress for resource: ${fn.arn}`,
      );
    }
    if (revisionId !== undefined && revisionId !== fn.latest.revisionId) {
      throw new LambdaError(
        'PreconditionFailedException',
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      );
    }
    if (JSON.stringify(environment).length > MAX_ENVIRONMENT) {
      throw new LambdaError(
        'InvalidParameterValueException',
        'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
      );
    }
    fn.latest = { version: '$LATEST', environment, lastModified: now, revisionId: randomUUID() };
    fn.updatingUntil = now.getTime() + this.#updateMs;
    settle(fn, now);
  }

  /** @param name - name, or ARN with a qualifier or without */
  #named(name: Json | undefined): RegisteredFunction | undefined {
    if (typeof name !== 'string') return undefined;
    return [...this.#functions.values()].find(
      (fn) => name === fn.name || name === fn.arn || name.startsWith(`${fn.arn}:`),
    );
  }
}

/** Ends an update whose time has come. */
function settle(fn: RegisteredFunction, now: Date): void {
  if (fn.updatingUntil === undefined || now.getTime() < fn.updatingUntil) return;
  fn.updatingUntil = undefined;
  fn.latest = { ...fn.latest, revisionId: randomUUID() };
  fn.running = fn.latest;
}

function register({ physicalId, properties }: Resource, stack: Stack, createdAt: Date): RegisteredFunction {
  const { Environment, ReservedConcurrentExecutions } = properties;
  const variables = isObject(Environment) && isObject(Environment.Variables) ? Environment.Variables : {};
  const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
  const latest = { version: '$LATEST', environment, lastModified: createdAt, revisionId: randomUUID() };
  return {
    name: physicalId,
    arn: `arn:aws:lambda:${stack.region}:${stack.accountId}:function:${physicalId}`,
    accountId: stack.accountId,
    region: stack.region,
    properties,
    latest,
    running: latest,
    versions: [],
    aliases: [],
    concurrency:
      ReservedConcurrentExecutions === undefined ? UNRESERVED_CONCURRENCY : Number(ReservedConcurrentExecutions),
  };
}

export function qualified(arn: string, qualifier: string | undefined): string {
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}
