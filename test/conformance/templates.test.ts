import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder';
import { installPythonTool } from './support/tools';

const root = join(import.meta.dirname, '../..');
const folder = temporaryFolder('profiled-fn-templates');
let commands: string;

beforeAll(async () => {
  commands = await installPythonTool('cfn-lint>=1.58,<2', join(folder, 'python'));
});

it('cfn-lint finds nothing in the example’s template', () => {
  const out = join(folder, 'cdk.out');
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'examples/orders/bin/orders.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: out },
    stdio: 'pipe',
  });
  // W3005: the CDK's Lambda construct states dependencies that references imply.
  const args = ['--ignore-checks', 'W3005', '--', join(out, 'OrdersStack.template.json')];
  expect(execFileSync(join(commands, 'cfn-lint'), args, { encoding: 'utf8' })).toBe('');
});
