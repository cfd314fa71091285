import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-lowest-'));

/** What the tests of the constructs read. */
const NEEDED = ['assets', 'cli', 'docs', 'examples', 'lib', 'local', 'profile', 'test/lib'];
const FILES = ['package.json', 'package-lock.json', 'vitest.config.ts'];
/** Packages with constructs: as copies, so that they find the same CDK as the tests. */
const WITH_CONSTRUCTS = ['amazon-cognito-passwordless-auth', 'cdk-nag'];

/** A clone of this repository whose CDK is the lowest that `peerDependencies` allow. */
beforeAll(async () => {
  await run('npm', ['ci', '--prefix', import.meta.dirname]);
  const isSource = (path: string) => !/\/(node_modules|cdk\.out)$|\/lib\/[\w-]+\.(js|d\.ts)$/.test(path);
  for (const name of NEEDED) cpSync(join(root, name), join(folder, name), { recursive: true, filter: isSource });
  for (const name of FILES) cpSync(join(root, name), join(folder, name));

  const lowest = join(import.meta.dirname, 'node_modules');
  const own = packagesIn(lowest);
  const packages = join(folder, 'node_modules');
  for (const name of [...packagesIn(join(root, 'node_modules')), ...own]) {
    const from = join(own.includes(name) ? lowest : join(root, 'node_modules'), name);
    const to = join(packages, name);
    mkdirSync(dirname(to), { recursive: true });
    if (WITH_CONSTRUCTS.includes(name)) cpSync(from, to, { recursive: true });
    else rmSync(to, { force: true, recursive: true });
    if (!WITH_CONSTRUCTS.includes(name)) symlinkSync(from, to);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function packagesIn(nodeModules: string): string[] {
  return readdirSync(nodeModules).flatMap((name) => {
    if (name === '.bin' || !name.startsWith('.')) {
      return name.startsWith('@') ? readdirSync(join(nodeModules, name)).map((each) => `${name}/${each}`) : [name];
    }
    return [];
  });
}

interface Report {
  numPassedTests: number;
  testResults: { name: string; message: string; assertionResults: Assertion[] }[];
}
interface Assertion {
  status: string;
  fullName: string;
  failureMessages: string[];
}

it('all tests of the constructs pass with the lowest CDK that is allowed, but those of cdk-nag 3, which needs a newer one', async () => {
  const { version } = JSON.parse(await readVersion());
  expect(version).toBe('2.241.0');
  const args = ['run', 'test/lib', '--exclude', 'test/lib/nag-3.test.ts', '--reporter=json', '--no-file-parallelism'];
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
