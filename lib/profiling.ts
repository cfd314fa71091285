import { Annotations, AspectPriority, Aspects, type IAspect, Stack, Stage } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct, IMixin } from 'constructs';
import { isEdgeFunction, isNodeFunction, isProviderFunction } from './function-kind';
import { optionProblems } from './option-problems';
import { isDecided, profileFunction } from './profile-function';
import type { ProfilingOptions } from './profiling-options';

/** Marks a `Profiling`, also one of another copy of this library. */
const PROFILING = Symbol.for('profiled-fn.Profiling');

function isProfiling(aspect: IAspect): aspect is Profiling {
  return PROFILING in aspect;
}

/** Selects the functions to profile, and sets their options. */
export interface ProfilingProps extends ProfilingOptions {
  /**
   * Only functions in these constructs are profiled, or these functions themselves.
   *
   * @default - all in the scope
   */
  readonly include?: IConstruct[];

  /**
   * Functions in these constructs are not profiled, nor these functions themselves.
   *
   * @default - none
   */
  readonly exclude?: IConstruct[];

  /**
   * Whether to profile also CDK's functions for custom resources: singleton functions, and the framework functions of
   * providers. The handlers of your custom resources are profiled in any case.
   *
   * @default false
   */
  readonly providerFunctions?: boolean;
}

/**
 * Profiles every Node.js function below a scope: of an app, a stage, a stack, or any construct.
 *
 * - Functions of other runtimes, in container images and at the edge are skipped. A `ProfiledFunction` is skipped, too:
 *   it has its own `profilingOptions`, which can also disable profiling.
 * - If several calls apply to a function, the nearest scope counts.
 * - A function that cannot be profiled, or could not be deployed with profiling, is skipped with a warning. Reasons are an
 *   old Node.js, a handler that is not an export of a module, five layers, 4 KB of environment variables, and others.
 * - CDK's aspects end at a `Stage`, so stages below the scope must exist before the call. They must not be synthesized
 *   before, as CDK Pipelines does. If functions would be left out, the synthesis fails.
 *
 * The mixin applies immediately, to existing functions, instead of at synthesis.
 *
 * @example
 *
 * import { App, Stack } from 'aws-cdk-lib';
 * import { Profiling } from 'profiled-fn';
 *
 * const app = new App();
 * const legacy = new Stack(app, 'Legacy');
 * Profiling.of(app, { exclude: [legacy] });
 */
export class Profiling implements IAspect, IMixin {
  /**
   * Profiles the functions below `scope`, when the app is synthesized.
   *
   * @returns the aspect
   */
  public static of(scope: IConstruct, props: ProfilingProps = {}): Profiling {
    const profiling = new Profiling(props);
    profiling.scope = scope;
    for (const root of [scope, ...stagesBelow(scope)]) {
      Aspects.of(root).add(profiling, { priority: AspectPriority.MUTATING });
    }
    scope.node.addValidation({ validate: () => profiling.missed(scope) });
    return profiling;
  }

  /** The one that counts for `fn`: the one with the nearest scope, and the last one on that scope. */
  private static nearest(fn: LambdaFunction): Profiling | undefined {
    for (const scope of fn.node.scopes.reverse()) {
      const last = Aspects.of(scope)
        .all.filter(isProfiling)
        .filter((profiling) => (profiling.scope ?? scope) === scope && profiling.selects(fn))
        .at(-1);
      if (last) return last;
    }
    return undefined;
  }

  private readonly props: ProfilingProps;
  /** The scope that was passed to `of`. */
  private scope?: IConstruct;

  /** @throws Error that names every wrong prop and its remedy */
  constructor(props: ProfilingProps = {}) {
    const problems = optionProblems(props, '');
    if (problems.length > 0) throw new Error(`Cannot profile with these options: ${problems.join(' ')}`);
    this.props = props;
    Object.defineProperty(this, PROFILING, { value: true });
  }

  /** Visits a construct of the scope; for CDK to call. */
  public visit(node: IConstruct): void {
    // All functions of a stack with the stack itself: constructs that come to a stack later, as store and layer do,
    // would be left out by other aspects, such as tags. Those of stages in the stack come with their own stacks.
    const constructs = Stack.isStack(node) ? node.node.findAll() : [node];
    for (const construct of constructs) {
      if (Stage.of(construct) === Stage.of(node) && this.counts(construct)) this.profile(construct, true);
    }
  }

  /** Whether `construct` is a function that this profiles; for CDK to call. */
  public supports(construct: IConstruct): boolean {
    return isNodeFunction(construct) && !isDecided(construct) && this.selects(construct);
  }

  /** Profiles a function; for CDK to call. */
  public applyTo(construct: IConstruct): void {
    if (this.supports(construct)) this.profile(construct as LambdaFunction, false);
  }

  /** Whether `construct` is a function that this profiles, and no nearer one does. */
  private counts(construct: IConstruct): construct is LambdaFunction {
    return isNodeFunction(construct) && !isDecided(construct) && Profiling.nearest(construct) === this;
  }

  /** The reasons why functions are not profiled although they should be, a sentence for each stage. */
  private missed(scope: IConstruct): string[] {
    return stagesBelow(scope)
      .filter((stage) => stage.node.findAll().some((each) => this.counts(each)))
      .map(
        ({ node: { path } }) =>
          `Profiling.of does not reach the stage ${path}, which was made after it, or synthesized before it, as ` +
          "`addStage` of CDK Pipelines does. Call Profiling.of in the stage itself, or name the stage in 'exclude'.",
      );
  }

  private selects(fn: LambdaFunction): boolean {
    const { include, exclude, providerFunctions } = this.props;
    const isIn = (scopes: IConstruct[]) => fn.node.scopes.some((scope) => scopes.includes(scope));
    return (
      (!include || isIn(include)) &&
      !(exclude && isIn(exclude)) &&
      !isEdgeFunction(fn) &&
      (providerFunctions === true || !isProviderFunction(fn))
    );
  }

  private profile(fn: LambdaFunction, isLast: boolean): void {
    const problems = profileFunction(fn, this.props, { isLast });
    if (problems.length === 0) return;
    Annotations.of(fn).addWarningV2(
      'profiled-fn:notProfiled',
      `${fn.node.path} is not profiled: ${problems.join(' ')} To skip it without a warning, name it in 'exclude'.`,
    );
  }
}

/** CDK's aspects end at these. */
function stagesBelow(scope: IConstruct): Stage[] {
  return scope.node.findAll().filter((each): each is Stage => Stage.isStage(each) && each !== scope);
}
