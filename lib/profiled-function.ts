import { FeatureFlags } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LAMBDA_NODEJS_USE_LATEST_RUNTIME } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { bundlingWithMap } from './bundled-source-map';
import { functionName } from './contract/keys';
import { callerFile, defaultEntry } from './default-entry';
import { functionProblems } from './function-problems';
import { optionProblems } from './option-problems';
import { profileFunction } from './profile-function';
import type { ProfilingOptions } from './profiling-options';
import { idsBelow, topStack } from './top-stack';

/** The prop with the options, as messages name it. */
const OPTIONS_PATH = 'profilingOptions.';

/** Properties of a `ProfiledFunction`: those of a `NodejsFunction`, and how to profile it. */
export interface ProfiledFunctionProps extends NodejsFunctionProps {
  /**
   * How the function is profiled. (`profiling` and `profilingGroup` are Lambda's props for CodeGuru, which does not
   * support Node.js.)
   *
   * @default - the defaults of `ProfilingOptions`: wall time, heap and custom profiles, into the stack's `ProfileStore`
   */
  readonly profilingOptions?: ProfilingOptions;
}

/**
 * A `NodejsFunction` that is profiled in production.
 *
 * It has every property and method of NodejsFunction. The bundle and its hash are the same.
 *
 * All defaults are those of NodejsFunction, except one: without a `runtime`, NodejsFunction uses Node.js 16 if the app
 * does not set the feature flag `@aws-cdk/aws-lambda-nodejs:useLatestRuntimeVersion`. `ProfiledFunction` then uses
 * Node.js 24.
 *
 * @example
 *
 * import { App, Duration, Stack } from 'aws-cdk-lib';
 * import { ProfiledFunction } from 'profiled-fn';
 *
 * const stack = new Stack(new App(), 'Shop');
 * new ProfiledFunction(stack, 'Checkout', {
 *   entry: 'src/checkout.ts',
 *   profilingOptions: { snapshotInterval: Duration.minutes(5) },
 * });
 */
export class ProfiledFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, props: ProfiledFunctionProps = {}) {
    const { profilingOptions = {}, ...functionProps } = props;
    if (props.profiling || props.profilingGroup) {
      throw new Error(
        `'profiling' and 'profilingGroup' of ${scope.node.path}/${id} are Lambda's props for CodeGuru, which does not ` +
          "support Node.js: remove them. The options of profiling are in 'profilingOptions'.",
      );
    }
    // Before anything is bundled, which takes seconds.
    refuse(`${scope.node.path}/${id}`, problemsAhead(scope, id, props));
    const wantsMap = !props.code && profilingOptions.enabled !== false && profilingOptions.sourceMaps !== false;
    const withMap = wantsMap ? bundlingWithMap(scope, props.bundling) : undefined;
    super(scope, id, {
      ...functionProps,
      ...(withMap && { bundling: withMap.bundling }),
      entry:
        props.entry ||
        (props.code ? undefined : defaultEntry(`${scope.node.path}/${id}`, id, callerFile(ProfiledFunction))),
      runtime: props.runtime ?? defaultRuntime(scope),
    });
    const problems = profileFunction(this, profilingOptions, { path: OPTIONS_PATH, sourceMaps: withMap?.take() });
    refuse(this.node.path, problems);
  }
}

/** @throws Error if there are problems, with all of them */
function refuse(path: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new Error(
    `Cannot profile ${path}: ${problems.join(' ')} To have a plain function, set '${OPTIONS_PATH}enabled' to false.`,
  );
}

/** The reasons why the function could not be profiled, as far as its props show them. */
function problemsAhead(scope: Construct, id: string, props: ProfiledFunctionProps): string[] {
  const { profilingOptions = {}, runtime = defaultRuntime(scope), environment = {} } = props;
  if (profilingOptions.enabled === false) return [];
  const ids = [...idsBelow(topStack(scope), scope), id];
  return [
    ...functionProblems(runtime, Object.keys(environment), functionName(ids)),
    ...optionProblems(profilingOptions, OPTIONS_PATH),
  ];
}

function defaultRuntime(scope: Construct): Runtime {
  // With the flag, `NODEJS_LATEST` is more than a version: it makes NodejsFunction bundle the AWS SDK.
  const useLatest = FeatureFlags.of(scope).isEnabled(LAMBDA_NODEJS_USE_LATEST_RUNTIME);
  return useLatest ? Runtime.NODEJS_LATEST : Runtime.NODEJS_24_X;
}
