import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder';
import { cloneWithCdk } from '../support/clone';

const run = promisify(execFile);
/** Go compiles all of CDK, the first time. */
const GO_TIMEOUT_MS = 1_800_000;

const folder = temporaryFolder('profiled-fn-go');
const app = join(folder, 'examples/go');
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };

// The package is made with the lowest CDK, as Go takes the lowest versions that are asked for; the app has a newer one.
beforeAll(() => cloneWithCdk(folder, import.meta.dirname));

/** The template that an app synthesizes. */
async function templateOf(name: string, command: string, args: string[], cwd: string): Promise<unknown> {
  const out = join(folder, `${name}.out`);
  await run(command, args, { cwd, env: { ...env, CDK_OUTDIR: out } });
  return JSON.parse(readFileSync(join(out, 'Shop.template.json'), 'utf8'));
}

it(
  'an app in Go gives the template of the same app in TypeScript',
  async () => {
    const bin = (name: string) => join(folder, 'node_modules/.bin', name);
    await run(bin('jsii'), ['--silence-warnings=reserved-word'], { cwd: folder, env });
    await run(bin('jsii-pacmak'), ['--targets', 'go', '--code-only', '--outdir', 'dist'], { cwd: folder, env });
    cpSync(join(folder, 'dist/go/profiledfn'), join(app, 'profiledfn'), { recursive: true });
    // Which versions of these, the app says.
    const modules = [
      'github.com/aws/constructs-go/constructs/v10',
      'github.com/cdklabs/awscdk-asset-node-proxy-agent-go/nodeproxyagentv6/v2',
    ];
    const drop = modules.flatMap((name) => ['-droprequire', name]);
    await run('go', ['mod', 'edit', ...drop], { cwd: join(app, 'profiledfn'), env });
    const local = 'github.com/profiled-fn/profiled-fn-go/profiledfn=./profiledfn';
    await run('go', ['mod', 'edit', '-replace', local], { cwd: app, env });
    await run('go', ['mod', 'tidy'], { cwd: app, env });
    const inGo = await templateOf('go', 'go', ['run', 'main.go'], app);
    const inTypeScript = ['--import', 'tsx', 'test/conformance/support/shop-app.ts'];
    expect(inGo).toEqual(await templateOf('typescript', process.execPath, inTypeScript, folder));
  },
  GO_TIMEOUT_MS,
);
