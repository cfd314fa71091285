import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder';
import { installPythonTool } from './support/tools';

const run = promisify(execFile);
/** Maven loads all of its plugins and CDK for Java into a repository of its own. */
const MAVEN_TIMEOUT_MS = 900_000;

const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder('profiled-fn-languages');
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

let expected: unknown;
beforeAll(async () => {
  await run('npx', ['jsii', '--silence-warnings=reserved-word'], { cwd: root, env });
  expected = await templateOf(
    'shop',
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'support/shop-app.ts')],
    root,
  );
  await run('npx', ['jsii-pacmak', '--targets', 'python', 'java', '--outdir', folder], { cwd: root, env });
});

/** The file below `within` whose name ends with `ending`. */
function built(within: string, ending: string): string {
  const names = readdirSync(within, { recursive: true, encoding: 'utf8' });
  const name = names.find((each) => each.endsWith(ending));
  if (!name) throw new Error(`jsii-pacmak left no *${ending} in ${within}`);
  return join(within, name);
}

/** The template that an app synthesizes: one of examples/, unless it says where it is. */
async function templateOf(
  app: string,
  command: string,
  args: string[],
  cwd = join(root, 'examples', app),
): Promise<unknown> {
  const out = join(folder, `${app}.out`);
  await run(command, args, { cwd, env: { ...env, CDK_OUTDIR: out } });
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
