import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { folderOfTest } from '../../support/temporary-folder';
import { installNode } from '../support/tools';

const root = join(import.meta.dirname, '../../..');

/** What vitest's JSON report says, as far as it is looked at here. */
interface Report {
  /** Not, where a file has no tests because it cannot be loaded. */
  success: boolean;
  numPassedTests: number;
  testResults: { assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[];
}

it.each([22, 24] as const)(
  'on Node.js %d the runtime does what it does on the Node.js that runs this: its tests run on it, and the functions that they start',
  async (major) => {
    const node = await installNode(major);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const directory = folderOfTest('profiled-fn-versions');
    // Not from stdout, which has what tests print, too.
    const outputFile = join(directory, 'report.json');
    await promisify(execFile)(
      node,
      [vitest, 'run', '--reporter=json', `--outputFile=${outputFile}`, '--no-file-parallelism', 'test/runtime'],
      { cwd: root, env: { ...process.env, PROFILED_FN_TEST_NODE: node }, maxBuffer: 64 * 1024 * 1024 },
    ).catch(() => {}); // The report has the failures.
    const report: Report = JSON.parse(readFileSync(outputFile, 'utf8'));
    const failures = report.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]}`);
    expect(failures).toEqual([]);
    expect(report.success).toBe(true);
    expect(report.numPassedTests).toBeGreaterThan(350);
  },
  900_000,
);
