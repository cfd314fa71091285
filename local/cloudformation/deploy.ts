import type { AssemblyStack, CloudAssembly } from '../cloud-assembly';
import { TemplateError } from './intrinsics';
import { StackBuilder, type StackTarget } from './stack-builder';
import type { Json, JsonObject } from './template';

/** All stacks of an app with their resources "created": every expression evaluated, every name given. */
export interface Deployment {
  /** Parents before the stacks nested in them. */
  stacks: Stack[];
  /** What could only be guessed, one sentence each. */
  warnings: string[];
  /** Values that stand in for what only AWS knows, and what that is. */
  standIns: ReadonlyMap<string, string>;
}

export interface Stack {
  stackName: string;
  stackId: string;
  accountId: string;
  region: string;
  description?: string;
  parameters: Record<string, string>;
  outputs: { key: string; value: string; description?: string; exportName?: string }[];
  resources: Resource[];
  parent?: Stack;
  /** Where the template came from: assets and construct paths are found there. */
  source: AssemblyStack;
}

export interface Resource {
  logicalId: string;
  type: string;
  /** What `Ref` gives. */
  physicalId: string;
  properties: JsonObject;
  attributes: JsonObject;
  /** Ids from the top-level stack on, without a last `Resource`; the logical id where the CDK left no metadata. */
  constructPath: string;
}

/**
 * "Deploys" an app: evaluates every resource after those that it refers to, across stacks.
 *
 * @throws TemplateError for what CloudFormation would refuse: unknown references, circular dependencies
 */
export function deploy(assembly: CloudAssembly): Deployment {
  const context = new DeploymentContext();
  for (const source of assembly.stacks) {
    const { stackName, accountId, region, template, constructPath } = source;
    context.add({ stackName, accountId, region, template, constructPath, source, parameters: {} });
  }
  // Creating adds nested stacks to the list; the loop reaches them too.
  for (const builder of context.builders) builder.createAll();
  const finished = new Map<StackBuilder, Stack>();
  for (const builder of context.builders) {
    finished.set(builder, builder.finish(builder.parent && finished.get(builder.parent)));
  }
  return { stacks: [...finished.values()], warnings: [...context.warnings], standIns: context.standIns };
}

/** What the stacks of one deployment share. */
export class DeploymentContext {
  readonly builders: StackBuilder[] = [];
  readonly warnings = new Set<string>();
  readonly standIns = new Map<string, string>();
  #inProgress: string[] = [];

  add(target: StackTarget): StackBuilder {
    const builder = new StackBuilder(target, this);
    this.builders.push(builder);
    return builder;
  }

  /** Runs `make`; a request for the same thing while it runs is a circle. */
  enter<T>(name: string, make: () => T): T {
    const start = this.#inProgress.indexOf(name);
    if (start >= 0) {
      const circle = this.#inProgress.slice(start).join(', ');
      throw new TemplateError(`Circular dependency between resources: [${circle}]`);
    }
    this.#inProgress.push(name);
    try {
      return make();
    } finally {
      this.#inProgress.pop();
    }
  }

  /** The value exported as `name` in a region of an account. */
  exportedValue(name: string, accountId: string, region: string): Json | undefined {
    for (const builder of this.#stacksIn(accountId, region)) {
      const value = builder.exportedValue(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  outputOf(stackName: string, outputName: string, accountId: string, region: string): Json | undefined {
    return this.#stacksIn(accountId, region)
      .find((builder) => builder.target.stackName === stackName)
      ?.output(outputName);
  }

  /** The value of an SSM parameter that a stack of the app creates. */
  ssmParameter(name: string, accountId: string, region: string): Json | undefined {
    for (const builder of this.#stacksIn(accountId, region)) {
      const value = builder.ssmParameter(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #stacksIn(accountId: string, region: string): StackBuilder[] {
    return this.builders.filter(({ target }) => target.accountId === accountId && target.region === region);
  }
}
