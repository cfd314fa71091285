import type { CloudAssembly } from '../cloud-assembly';
import type { Stack } from './deployed-stack';
import { TemplateError } from './intrinsics';
import { type Neighbours, StackBuilder, type StackTarget } from './stack-builder';
import type { Json } from './template';

/** All stacks of an app with their resources "created": every expression evaluated, every name given. */
export interface Deployment {
  /** Parents before the stacks nested in them. */
  stacks: Stack[];
  /** What could only be guessed, one sentence each. */
  warnings: string[];
  /** Values that stand in for what only AWS knows, and what that is. */
  standIns: ReadonlyMap<string, string>;
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
class DeploymentContext implements Neighbours {
  readonly builders: StackBuilder[] = [];
  readonly warnings = new Set<string>();
  readonly standIns = new Map<string, string>();
  #inProgress: string[] = [];

  add(target: StackTarget): StackBuilder {
    const builder = new StackBuilder(target, this);
    this.builders.push(builder);
    return builder;
  }

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
