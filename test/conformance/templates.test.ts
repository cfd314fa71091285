import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPythonTool } from './support/tools';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-templates-'));
let commands: string;

beforeAll(async () => {
  commands = await installPythonTool('cfn-lint>=1.58,<2', join(folder, 'python'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
