import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { installNode } from '../tools';

const root = join(import.meta.dirname, '../../..');

/** Tests that start functions: with the Node.js that `PROFILED_FN_TEST_NODE` names. */
const SUITES = [
  ...['parity', 'profiled-function', 'cpu/init-draw', 'labels', 'faults', 'endurance'],
  ...['waits/attribution', 'waits/native-requests', 'waits/http2'],
];

/** What vitest's JSON report says, as far as it is looked at here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
}

it.each([22, 24] as const)(
  'on Node.js %d Lambda sees the same with us as without us, with both of its runtime clients, faults are survived, and waits lie under what was awaited',
  async (major) => {
    const node = await installNode(major);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const suites = SUITES.map((name) => `test/runtime/${name}.test.ts`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [vitest, 'run', '--reporter=json', '--no-file-parallelism', ...suites],
      { cwd: root, env: { ...process.env, PROFILED_FN_TEST_NODE: node }, maxBuffer: 64 * 1024 * 1024 },
    ).catch((failed: { stdout: string }) => failed);
    const report: Report = JSON.parse(stdout.slice(stdout.indexOf('{')));
    const failures = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]}`);
    expect(failures).toEqual([]);
    expect(report.numPassedTests).toBeGreaterThan(120);
  },
  900_000,
);
