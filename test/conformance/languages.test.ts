import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, Profiling } from '../../lib';
import { installPythonTool } from './tools';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-languages-'));
const silent = { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: '1' };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The app of examples/python, in TypeScript. */
function template(): unknown {
  const app = new App();
  const stack = new Stack(app, 'Shop');
  const store = new ProfileStore(stack, 'Profiles', { prefix: 'profiles', retention: Duration.days(30) });
  const code = Code.fromAsset(join(root, 'examples/python/src'));
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

it('an app in Python gives the template of the same app in TypeScript', async () => {
  await run('npx', ['jsii', '--silence-warnings=reserved-word'], { cwd: root, env: { ...process.env, ...silent } });
  await run('npx', ['jsii-pacmak', '--targets', 'python', '--outdir', folder], {
    cwd: root,
    env: { ...process.env, ...silent },
  });
  const wheel = readdirSync(join(folder, 'python')).find((file) => file.endsWith('.whl'));
  if (!wheel) throw new Error(`jsii-pacmak left no wheel in ${folder}`);
  const commands = await installPythonTool(join(folder, 'python', wheel), join(folder, 'environment'));

  const out = join(folder, 'cdk.out');
  await run(join(commands, 'python'), ['app.py'], {
    cwd: join(root, 'examples/python'),
    env: { ...process.env, ...silent, CDK_OUTDIR: out },
  });
  expect(JSON.parse(readFileSync(join(out, 'Shop.template.json'), 'utf8'))).toEqual(template());
});
