import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneWithCdk } from '../clone';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-lowest-'));

beforeAll(() => cloneWithCdk(folder, import.meta.dirname));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  numPassedTests: number;
  testResults: { name: string; message: string; assertionResults: Assertion[] }[];
}
interface Assertion {
  status: string;
  fullName: string;
  failureMessages: string[];
}

it('all tests of the constructs pass with the lowest CDK that is allowed, but those of cdk-nag 3 and of the documents, which need a newer one', async () => {
  const { version } = JSON.parse(await readVersion());
  expect(version).toBe('2.241.0');
  const without = ['nag-3', 'docs-*'].flatMap((name) => ['--exclude', `test/lib/${name}.test.ts`]);
  const args = ['run', 'test/lib', ...without, '--reporter=json', '--no-file-parallelism'];
  const { stdout } = await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((failed: { stdout: string }) => failed);
  const report: Report = JSON.parse(stdout.slice(stdout.indexOf('{"num')));
  const failures = report.testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [`${name}: ${message}`] : []),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]}`),
  ]);
  expect(failures).toEqual([]);
  expect(report.numPassedTests).toBeGreaterThan(200);
});

async function readVersion(): Promise<string> {
  const { stdout } = await run(process.execPath, ['-p', "JSON.stringify(require('aws-cdk-lib/package.json'))"], {
    cwd: folder,
  });
  return stdout;
}
