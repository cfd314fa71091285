import { CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import { InlinePolicies } from './role-policies';

/** CloudFormation's, of one template. */
const MAX_OUTPUTS = 200;
const MAX_PARAMETERS = 200;
const MAX_RESOURCES = 500;

/** How many resources CDK allows a stack, where it allows others. */
const RESOURCE_LIMIT_CONTEXT = '@aws-cdk/core:stackResourceLimit';

/** The additions to the template of a stack. */
export interface Additions {
  readonly resources: number;
  readonly outputs: number;
}

const surveys = new WeakMap<Stack, StackSurvey>();

/** The counts of a stack for everything that is limited, in one pass: a pass for each function would be quadratic. */
export class StackSurvey {
  /** The counts of `stack`, updated with the additions of this module. They are computed on the first call. */
  static of(stack: Stack): StackSurvey {
    const survey = surveys.get(stack) ?? new StackSurvey(stack);
    surveys.set(stack, survey);
    return survey;
  }

  readonly inlinePolicies: InlinePolicies;
  private resources = 0;
  private outputs = 0;
  private parameters = 0;

  constructor(private readonly stack: Stack) {
    this.inlinePolicies = new InlinePolicies(stack);
    for (const construct of stack.node.findAll()) {
      if (!CfnElement.isCfnElement(construct) || Stack.of(construct) !== stack) continue;
      this.inlinePolicies.count(construct);
      const sections = CfnResource.isCfnResource(construct) ? ['Resources'] : sectionsOf(construct);
      if (sections.includes('Resources') && isSynthesized(construct)) this.resources += 1;
      if (sections.includes('Outputs')) this.outputs += 1;
      if (sections.includes('Parameters')) this.parameters += 1;
    }
  }

  /** Counts additions after the pass. */
  add({ resources, outputs }: Additions): void {
    this.resources += resources;
    this.outputs += outputs;
  }

  /**
   * The reason why the template has no room for the additions of profiling, if it has none: a sentence with the remedy.
   */
  problemWith({ resources, outputs }: Additions): string | undefined {
    const limit = resourceLimit(this.stack);
    const name = this.stack.node.path;
    if (resources > 0 && limit > 0 && this.resources + resources > limit) {
      return (
        `its stack, ${name}, has ${this.resources} resources, and profiling adds ${resources}. CloudFormation allows ${limit}: ` +
        "split the stack, or set 'store' to a ProfileStore of another stack."
      );
    }
    if (outputs > 0 && this.outputs + outputs > MAX_OUTPUTS) {
      return (
        `its stack, ${name}, has ${this.outputs} outputs, and profiling adds up to ${outputs}. CloudFormation allows ` +
        `${MAX_OUTPUTS}: remove some, or split the stack.`
      );
    }
    return undefined;
  }

  /** The limits that a complete stack exceeds: a sentence for each, with the remedy. */
  problems(): string[] {
    const limit = resourceLimit(this.stack);
    const of = (count: number, max: number, what: string) =>
      `${this.stack.node.path} has ${count} ${what}, those of profiling among them, and CloudFormation allows ${max}: ` +
      "split the stack, or name functions in 'exclude'.";
    return [
      limit > 0 && this.resources > limit && of(this.resources, limit, 'resources'),
      this.outputs > MAX_OUTPUTS && of(this.outputs, MAX_OUTPUTS, 'outputs'),
      this.parameters > MAX_PARAMETERS && of(this.parameters, MAX_PARAMETERS, 'parameters'),
    ].filter((problem) => problem !== false);
  }
}

/** The parts of a template that something other than a resource appears in. */
function sectionsOf(element: CfnElement): string[] {
  return Object.keys((element as unknown as { _toCloudFormation(): object })._toCloudFormation());
}

/** CDK leaves policies without statements out of the template, and has no public way to ask. */
function isSynthesized(element: CfnElement): boolean {
  const { shouldSynthesize } = element as unknown as { shouldSynthesize?(): boolean };
  return shouldSynthesize?.call(element) ?? true;
}

function resourceLimit(stack: Stack): number {
  const limit = Number.parseInt(stack.node.tryGetContext(RESOURCE_LIMIT_CONTEXT), 10);
  return Number.isNaN(limit) ? MAX_RESOURCES : limit;
}
