import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder';
import { cloneWithCdk } from '../support/clone';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const folder = temporaryFolder('profiled-fn-lowest');

beforeAll(() => cloneWithCdk(folder, import.meta.dirname));

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

it('an app with a newer copy of CDK than this library has is profiled, and warned (B21)', async () => {
  const args = ['--import', 'tsx', 'test/conformance/cdk-versions/mixed-app.ts', root];
  const { stdout } = await run(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  const { versions, template, messages } = JSON.parse(stdout.slice(stdout.indexOf('{"versions"')));
  expect(versions.library).toBe('2.241.0');
  expect(versions.app).not.toBe(versions.library);
  const of = (type: string) =>
    Object.values<{ Type: string; Properties: Record<string, unknown> }>(template.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties);
  expect(of('AWS::Lambda::Function').map(({ Handler }) => Handler)).toEqual([
    '/opt/profiled-fn/handler.handler',
    'index.handler',
  ]);
  expect(of('AWS::IAM::Role').map(({ Policies }) => Policies)).toEqual([
    [expect.objectContaining({ PolicyName: 'ProfiledFnUpload' })],
    undefined,
  ]);
  expect(of('AWS::S3::Bucket')).toHaveLength(1);
  expect(of('AWS::Lambda::LayerVersion')).toHaveLength(1);
  expect(messages.map(({ id }: { id: string }) => id)).toEqual(['/Shop/Old']);
});

async function readVersion(): Promise<string> {
  const { stdout } = await run(process.execPath, ['-p', "JSON.stringify(require('aws-cdk-lib/package.json'))"], {
    cwd: folder,
  });
  return stdout;
}
