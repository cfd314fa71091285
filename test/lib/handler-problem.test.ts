import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { App, Aspects, CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AdotLambdaExecWrapper,
  AdotLambdaLayerJavaScriptSdkVersion,
  AdotLayerVersion,
  type CfnFunction,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LambdaInsightsVersion,
  LayerVersion,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, Profiling } from '../../lib';
import { handlerProblem } from '../../lib/handler-problem';
import { temporaryFolder } from '../support/temporary-folder';
import { environmentOf, profiledIn, stackNamed, warningsOf } from './support/setup';
import { writeArchive } from './support/write-archive';

const WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER';
const IMPORTED_LAYER = 'arn:aws:lambda:eu-west-1:111122223333:layer:WebAdapter:26';
const START_SCRIPT = '#!/bin/sh\nexec node server.js\n';
const MODULE = 'exports.handler = async () => 1;\n';

const root = temporaryFolder('profiled-fn-handlers');

let count = 0;
/** Code with these files. */
function codeWith(files: Record<string, string>): Code {
  count += 1;
  const folder = join(root, String(count));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  return Code.fromAsset(folder);
}

/** An archive with these files. */
function archiveWith(files: Record<string, string>): Code {
  count += 1;
  return Code.fromAsset(writeArchive(join(root, `${count}.zip`), files));
}

type Props = Partial<FunctionProps> & { layersOf?: (stack: Stack) => LayerVersion[] };

function propsOf(stack: Stack, { layersOf, ...props }: Props): FunctionProps {
  return {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline(MODULE),
    layers: layersOf?.(stack),
    ...props,
  };
}

const imported = (stack: Stack) => [LayerVersion.fromLayerVersionArn(stack, 'Adapter', IMPORTED_LAYER) as LayerVersion];
const layerWith = (files: Record<string, string>) => (stack: Stack) => [
  new LayerVersion(stack, 'Layer', { code: codeWith(files) }),
];

/** What is no export of a module, and why. */
const REFUSED: [string, () => Props, RegExp][] = [
  [
    "Lambda Web Adapter's script (B01)",
    () => ({
      handler: 'run.sh',
      code: codeWith({ 'run.sh': START_SCRIPT, 'server.js': '' }),
      environment: { [WRAPPER]: '/opt/bootstrap', PORT: '8080' },
      layersOf: imported,
    }),
    /'\/opt\/bootstrap' does not start Lambda's runtime/,
  ],
  [
    'a handler like one of a module, which the adapter executes',
    () => ({
      code: codeWith({ 'index.js': MODULE }),
      environment: { [WRAPPER]: '/opt/bootstrap' },
      layersOf: imported,
    }),
    /'\/opt\/bootstrap' does not start Lambda's runtime/,
  ],
  [
    'a script without the adapter',
    () => ({ handler: 'run.sh', code: codeWith({ 'run.sh': '' }) }),
    /'run.sh' is a file of its code/,
  ],
  [
    'a script of any name',
    () => ({ handler: 'bin/start.now', code: codeWith({ 'bin/start.now': '' }) }),
    /is a file of its code/,
  ],
  [
    'a script in an archive',
    () => ({ handler: 'go.now', code: archiveWith({ 'go.now': 'x' }) }),
    /'go.now' is a file of its code/,
  ],
  [
    'a script in code that is in a bucket',
    () => ({ handler: 'run.sh', code: Code.fromBucket(Bucket.fromBucketName(stackNamed(), 'B', 'code'), 'code.zip') }),
    /'run.sh' is a program/,
  ],
  ['TypeScript, for Bun', () => ({ handler: 'src/server.ts' }), /'src\/server.ts' is a program/],
  [
    'a file of JavaScript',
    () => ({ handler: 'server.js', code: codeWith({ 'server.js': '' }) }),
    /'server.js' is a file of its code/,
  ],
  ['a program of any name', () => ({ handler: 'bootstrap' }), /'bootstrap' is not an export of a module/],
  ['no export', () => ({ handler: 'index' }), /'index' is not an export of a module/],
  ['an empty export', () => ({ handler: 'index.' }), /'index.' is not an export of a module/],
  ['no module', () => ({ handler: '.handler' }), /'.handler' is not an export of a module/],
  [
    'a handler that is a token',
    () => ({ handler: Token.asString({ Ref: 'Handler' }) }),
    /known only when it is deployed/,
  ],
  [
    'a wrapper that is a token',
    () => ({ environment: { [WRAPPER]: Token.asString({ Ref: 'Wrapper' }) } }),
    /AWS_LAMBDA_EXEC_WRAPPER is known only when it is deployed/,
  ],
  ['Bun', () => ({ environment: { [WRAPPER]: '/opt/bun/wrapper' } }), /does not start Lambda's runtime/],
  ['Deno', () => ({ environment: { [WRAPPER]: '/opt/deno-wrapper' } }), /does not start Lambda's runtime/],
  [
    'a script of the function that starts something else',
    () => ({
      code: codeWith({ 'index.js': MODULE, 'start.sh': '#!/bin/bash\nexec "$LAMBDA_TASK_ROOT/$_HANDLER"\n' }),
      environment: { [WRAPPER]: '/var/task/start.sh' },
    }),
    /'\/var\/task\/start.sh' does not start Lambda's runtime/,
  ],
  [
    'a script that mentions its arguments only in messages and comments',
    () => ({
      code: codeWith({
        'index.js': MODULE,
        'start.sh': '#!/bin/sh\n# exec "$@"\nlog() { echo "start: $1"; }\nlog web\nexec node server.js\n',
      }),
      environment: { [WRAPPER]: '/var/task/start.sh' },
    }),
    /'\/var\/task\/start.sh' does not start Lambda's runtime/,
  ],
  [
    'a script of a layer that starts something else',
    () => ({
      environment: { [WRAPPER]: '/opt/go' },
      layersOf: layerWith({ go: '#!/bin/sh\nexec /opt/node26/bin/node /opt/runtime.mjs\n' }),
    }),
    /'\/opt\/go' does not start Lambda's runtime/,
  ],
  [
    "Lumigo's, which loads the handler when it is invoked",
    () => ({ environment: { [WRAPPER]: '/opt/lumigo_wrapper' } }),
    /may be too late for the sampler: remove it, .* LUMIGO_ORIGINAL_HANDLER to index\.handler/,
  ],
];

/** What Lambda's runtime loads. */
const PROFILED: [string, () => Props][] = [
  ['OpenTelemetry', () => ({ environment: { [WRAPPER]: '/opt/otel-handler' } })],
  [
    'CDK for OpenTelemetry',
    () => ({
      adotInstrumentation: {
        layerVersion: AdotLayerVersion.fromJavaScriptSdkLayerVersion(AdotLambdaLayerJavaScriptSdkVersion.LATEST),
        execWrapper: AdotLambdaExecWrapper.REGULAR_HANDLER,
      },
    }),
  ],
  ['OpenTelemetry of AWS', () => ({ environment: { [WRAPPER]: '/opt/otel-instrument' } })],
  ['OpenTelemetry of Splunk', () => ({ environment: { [WRAPPER]: '/opt/nodejs-otel-handler' } })],
  ['Datadog', () => ({ environment: { [WRAPPER]: '/opt/datadog_wrapper' } })],
  [
    "Datadog's redirected handler",
    () => ({ handler: '/opt/nodejs/node_modules/datadog-lambda-js/handler.handler', layersOf: imported }),
  ],
  [
    "New Relic's redirected handler",
    () => ({ handler: 'newrelic-lambda-wrapper.handler', code: codeWith({ 'index.js': MODULE }), layersOf: imported }),
  ],
  [
    "Lumigo's redirected handler",
    () => ({
      handler: 'lumigo-auto-instrument.handler',
      code: codeWith({ 'index.js': MODULE }),
      environment: { LUMIGO_ORIGINAL_HANDLER: 'index.handler' },
      layersOf: imported,
    }),
  ],
  ['Lambda Insights', () => ({ insightsVersion: LambdaInsightsVersion.VERSION_1_0_229_0 })],
  ['a script that nothing is known of', () => ({ environment: { [WRAPPER]: '/opt/get-secrets.sh' } })],
  ['no script at all', () => ({ environment: { [WRAPPER]: '' } })],
  [
    'a script of the function that starts the runtime',
    () => ({
      code: codeWith({ 'index.js': MODULE, 'bootstrap.sh': '#!/bin/bash\nexport A=b\nexec "$@"\n' }),
      environment: { [WRAPPER]: '/var/task/bootstrap.sh' },
    }),
  ],
  [
    'a script that adds to the arguments of the runtime, as in the Lambda guide',
    () => ({
      code: codeWith({
        'index.js': MODULE,
        'start.sh': '#!/bin/bash\necho "wraps $1"\nnode=$1\nshift\nexec "$node" --no-warnings "$@"\n',
      }),
      environment: { [WRAPPER]: '/var/task/start.sh' },
    }),
  ],
  [
    'a script in one line, which says so',
    () => ({
      code: codeWith({ 'index.js': MODULE, 'start.sh': '#!/bin/sh\necho starting && exec "$@"\n' }),
      environment: { [WRAPPER]: '/var/task/start.sh' },
    }),
  ],
  [
    'a script of a layer that starts the runtime, in Python',
    () => ({
      environment: { [WRAPPER]: '/opt/bootstrap' },
      layersOf: layerWith({
        bootstrap: '#!/usr/bin/env python3\nimport os, sys\nos.execv(sys.argv[1], sys.argv[1:])\n',
      }),
    }),
  ],
  ['a module in a folder', () => ({ handler: 'dist/src/app.handler', code: codeWith({ 'dist/src/app.mjs': '' }) })],
  ['a nested export', () => ({ handler: 'app.routes.get', code: codeWith({ 'app.cjs': '' }) })],
  ['an export named like a program, of a module', () => ({ handler: 'app.py', code: codeWith({ 'app.js': '' }) })],
  ['a module in an archive', () => ({ handler: 'dist/app.handler', code: archiveWith({ 'dist/app.js': 'x' }) })],
  [
    'a module that nothing is known of',
    () => ({ code: Code.fromBucket(Bucket.fromBucketName(stackNamed(), 'B', 'code'), 'code.zip') }),
  ],
];

describe('a function whose handler is no export of a module', () => {
  it.each(REFUSED)('is left as it is, with a warning: %s', (_, props, problem) => {
    const template = (isProfiled: boolean) => {
      const app = new App();
      const stack = new Stack(app, 'Web', { env: { region: 'eu-west-1', account: '111122223333' } });
      new LambdaFunction(stack, 'Express', propsOf(stack, props()));
      if (isProfiled) Profiling.of(app);
      const warnings = warningsOf(stack, 'notProfiled');
      if (isProfiled) {
        expect(warnings).toEqual([expect.stringMatching(/^Web\/Express is not profiled: .*name it in 'exclude'/)]);
        expect(warnings[0]).toMatch(problem);
      }
      return JSON.stringify(Template.fromStack(stack).toJSON());
    };
    // Each call has a folder of its own, of the same content, and so the same asset.
    expect(template(true)).toEqual(template(false));
  });

  it.each(REFUSED)('is refused by ProfiledFunction: %s', (_, props, problem) => {
    const stack = stackNamed('Web');
    const given = propsOf(stack, props());
    const build = (id: string) => () => new ProfiledFunction(stack, id, given);
    expect(build('Express')).toThrow(/^Cannot profile Web\/Express: its .* set 'profilingOptions.enabled' to false/);
    expect(build('Other')).toThrow(problem);
  });

  it.each(PROFILED)('is not meant by that: %s', (_, props) => {
    const stack = stackNamed('Web', { env: { region: 'eu-west-1', account: '111122223333' } });
    const { handler = 'index.handler' } = props();
    new LambdaFunction(stack, 'Express', propsOf(stack, props()));
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual(['Express']);
    expect(environmentOf(stack)).toMatchObject({ PROFILED_FN_HANDLER: handler });
    expect(warningsOf(stack, 'notProfiled')).toEqual([]);
  });
});

describe('a wrapper that is set later', () => {
  it.each(['before the aspects', 'by an aspect', 'by an override'])('is seen: %s', (when) => {
    const stack = stackNamed('Web');
    const fn = new LambdaFunction(stack, 'Express', propsOf(stack, {}));
    Profiling.of(stack);
    const set = () => fn.addEnvironment(WRAPPER, '/opt/bootstrap');
    if (when === 'before the aspects') set();
    if (when === 'by an override') {
      (fn.node.defaultChild as CfnFunction).addPropertyOverride(`Environment.Variables.${WRAPPER}`, '/opt/bootstrap');
    }
    if (when === 'by an aspect') {
      Aspects.of(fn).add({ visit: (node) => void (node === fn && set()) });
      expect(() => Template.fromStack(stack)).toThrow(
        /Web\/Express cannot be profiled: its AWS_LAMBDA_EXEC_WRAPPER '\/opt\/bootstrap' does not start Lambda's runtime/,
      );
      return;
    }
    expect(profiledIn(stack)).toEqual([]);
    expect(warningsOf(stack, 'notProfiled')).toHaveLength(1);
  });

  it('fails the synthesis of a ProfiledFunction', () => {
    const stack = stackNamed('Web');
    new ProfiledFunction(stack, 'Express', propsOf(stack, {})).addEnvironment(WRAPPER, '/opt/bootstrap');
    expect(() => Template.fromStack(stack)).toThrow(/Web\/Express cannot be profiled: its AWS_LAMBDA_EXEC_WRAPPER/);
  });
});

describe('a handler that is an override', () => {
  it('is the one that is profiled', () => {
    const stack = stackNamed('Web');
    const fn = new LambdaFunction(stack, 'Express', propsOf(stack, {}));
    (fn.node.defaultChild as CfnFunction).addPropertyOverride('Handler', 'other.handler');
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual(['Express']);
    expect(environmentOf(stack)).toMatchObject({ PROFILED_FN_HANDLER: 'other.handler' });
  });

  it('is left as it is where it is no export of a module', () => {
    const stack = stackNamed('Web');
    const fn = new LambdaFunction(stack, 'Express', propsOf(stack, {}));
    const handler = new CfnParameter(stack, 'Handler').valueAsString;
    (fn.node.defaultChild as CfnFunction).addPropertyOverride('Handler', handler);
    Profiling.of(stack);
    expect(profiledIn(stack)).toEqual([]);
  });
});

it('names the variable and the remedy', () => {
  expect(handlerProblem({ handler: 'index.handler', wrapper: '/opt/bootstrap' })).toBe(
    "its AWS_LAMBDA_EXEC_WRAPPER '/opt/bootstrap' does not start Lambda's runtime but another program, which reads the handler " +
      'itself: remove AWS_LAMBDA_EXEC_WRAPPER, or use a script that ends with "$@".',
  );
});
