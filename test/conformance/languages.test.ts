import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { installPythonTool } from './tools';

const run = promisify(execFile);
/** Maven loads all of its plugins and CDK for Java into a repository of its own. */
const MAVEN_TIMEOUT_MS = 900_000;

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-languages-'));
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The app of examples/python and examples/java, in TypeScript. */
function template(): unknown {
  const app = new App();
  const stack = new Stack(app, 'Shop');
  const store = new ProfileStore(stack, 'Profiles', { prefix: 'profiles', retention: Duration.days(30) });
  const code = Code.fromAsset(join(root, 'examples/functions'));
  const props = { runtime: Runtime.NODEJS_24_X, code };
  new ProfiledFunction(stack, 'Checkout', {
    ...props,
    handler: 'checkout.handler',
    profilingOptions: { store, snapshotInterval: Duration.minutes(5), labels: { team: 'shop' } },
  });
  new LambdaFunction(stack, 'Report', { ...props, handler: 'report.handler' });
  const legacy = new LambdaFunction(stack, 'Legacy', { ...props, handler: 'report.handler' });
  Profiling.of(app, { store, exclude: [legacy] });
  return Template.fromStack(stack).toJSON();
}

let expected: unknown;
beforeAll(async () => {
  await run('npx', ['jsii', '--silence-warnings=reserved-word'], { cwd: root, env });
  expected = template();
  await run('npx', ['jsii-pacmak', '--targets', 'python', 'java', '--outdir', folder], { cwd: root, env });
});

/** The file below `within` whose name ends with `ending`. */
function built(within: string, ending: string): string {
  const names = readdirSync(within, { recursive: true, encoding: 'utf8' });
  const name = names.find((each) => each.endsWith(ending));
  if (!name) throw new Error(`jsii-pacmak left no *${ending} in ${within}`);
  return join(within, name);
}

/** The template that an app in examples/ synthesizes. */
async function templateOf(example: string, command: string, args: string[]): Promise<unknown> {
  const out = join(folder, `${example}.out`);
  await run(command, args, { cwd: join(root, 'examples', example), env: { ...env, CDK_OUTDIR: out } });
  return JSON.parse(readFileSync(join(out, 'Shop.template.json'), 'utf8'));
}

it('an app in Python gives the template of the same app in TypeScript', async () => {
  const wheel = built(join(folder, 'python'), '.whl');
  const commands = await installPythonTool(wheel, join(folder, 'environment'));
  expect(await templateOf('python', join(commands, 'python'), ['app.py'])).toEqual(expected);
});

it(
  'an app in Java gives the template of the same app in TypeScript',
  async () => {
    const packages = join(folder, 'java');
    const [jar, pom] = [built(packages, 'profiled-fn-0.0.0.jar'), built(packages, '.pom')];
    const mvn = ['--quiet', '--batch-mode', `-Dmaven.repo.local=${join(folder, 'm2')}`];
    await run('mvn', [...mvn, 'install:install-file', `-Dfile=${jar}`, `-DpomFile=${pom}`], { cwd: folder });
    const args = [...mvn, `-DbuildFolder=${join(folder, 'target')}`, 'compile', 'exec:java'];
    expect(await templateOf('java', 'mvn', args)).toEqual(expected);
  },
  MAVEN_TIMEOUT_MS,
);
