import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../../local/aws';
import type { Faults } from '../../../../local/faults';
import { temporaryFolder } from '../../../support/temporary-folder';
import { accountId, region, roleArn, startAccount } from '../../support/account';
import { awsEnvironment, type CommandOptions, runCommand } from '../../support/run-command';

/** A function without a sampler: what it is invoked with says what it does. */
const plain = {
  Handler: 'index.handler',
  Layers: [],
  Environment: { Variables: {} },
  Code: {
    ZipFile: `exports.handler = async ({ fail, ms = 0 }) => {
      if (fail) throw new TypeError('told to fail');
      await new Promise((resolve) => setTimeout(resolve, ms));
      return process.env.AWS_LAMBDA_FUNCTION_VERSION;
    };`,
  },
};

let aws: LocalAws;
const folder = temporaryFolder('load');
let faults: Faults | undefined;
beforeAll(async () => {
  await writeFile(join(folder, 'mixed.json'), JSON.stringify([{}, { fail: true }, {}]));
  await writeFile(join(folder, 'failing.json'), '{"fail":true}');
  await writeFile(join(folder, 'slow.json'), '{"ms":150}');
  aws = await startAccount(
    [
      {
        name: 'Orders',
        functions: 'Checkout=checkout,Single=single',
        lambda: { checkout: plain, single: { ...plain, ReservedConcurrentExecutions: 1 } },
      },
    ],
    (request) => faults?.(request),
  );
});
afterAll(async () => {
  await aws.close();
});

const load = (args: string[], options: Partial<CommandOptions> = {}, as = aws.adminCredentials) =>
  runCommand(['load', '--stack', 'Orders', ...args], {
    cwd: folder,
    env: awsEnvironment(aws.endpointUrl, region, as),
    ...options,
  });
const checkout = ['--function', 'Checkout'];

describe.sequential('profiled-fn load', () => {
  it('prints response times, cold starts by the log, and errors by type', async () => {
    const { code, stdout, stderr } = await load([...checkout, '--count', '6', '--payload', 'mixed.json']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `Invoking Checkout (checkout) of stack Orders, account 123456789012, region ${region}, 3 events`,
    );
    expect(stderr).toContain('profiled-fn fetch --stack Orders --function Checkout');
    expect(stdout).toMatch(
      /^function +invocations +errors +p50 +p90 +p99 +max +cold starts +init p50\nCheckout +6 +2 /,
    );
    expect(stdout).toContain('Checkout failed 2 times, first with TypeError: told to fail\n');
    expect(stdout).toMatch(/ 1 +[\d.]+ ms\n/);
  });

  it('tells programs, throttles apart from errors', async () => {
    const args = ['--function', 'Single', '--count', '8', '--concurrency', '4', '--payload', 'slow.json', '--json'];
    const { code, stdout } = await load(args);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      version: 1,
      stack: 'Orders',
      region,
      function: 'Single',
      errors: 0,
      errorTypes: [],
    });
    expect(result.throttled).toBeGreaterThan(0);
    expect(result.invocations + result.throttled).toBe(8);
    expect(result.p50Ms).toBeGreaterThanOrEqual(100);
  });

  it('does not know cold starts without the log', async () => {
    const { stdout } = await load([...checkout, '--count', '1', '--no-log-tail', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ invocations: 1, coldStarts: null });
  });

  it('prints what there is at Ctrl-C', async () => {
    // One at a time: at the third call two have been answered.
    let calls = 0;
    let stop: (() => void) | undefined;
    faults = ({ service }) => {
      if (service === 'lambda' && ++calls === 3) stop?.();
      return undefined;
    };
    const { code, stdout, stderr } = await load([...checkout, '--duration', '5m', '--payload', 'slow.json'], {
      onStderr(_, kill) {
        stop = () => kill('SIGINT');
      },
    });
    faults = undefined;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^function .*\nCheckout +2 +0 /);
    expect(stderr).toContain('profiled-fn: Interrupted.');
  });

  it('fails where no invocation succeeds', async () => {
    const { code, stdout, stderr } = await load([...checkout, '--count', '2', '--payload', 'failing.json']);
    expect(code).toBe(1);
    expect(stdout).toContain('Checkout failed 2 times');
    expect(stderr).toContain(
      'profiled-fn: No invocation of checkout succeeded.\n  Check whether the function supports the event',
    );
  });

  it('ends at what another try does not change, and says what it is', async () => {
    const denied = await load([...checkout, '--count', '5'], {}, aws.credentialsFor(roleArn('Orders', 'viewer')));
    expect(denied.code).toBe(1);
    expect(denied.stderr).toContain(
      `may not call lambda:InvokeFunction on arn:aws:lambda:${region}:${accountId}:function:checkout`,
    );
    const gone = await load([...checkout, '--count', '5', '--qualifier', '7']);
    expect(gone.stderr).toContain('Lambda has no function checkout with a version or alias 7.');
    await writeFile(join(folder, 'large.json'), JSON.stringify('x'.repeat(6 * 1024 * 1024)));
    const large = await load([...checkout, '--count', '1', '--payload', 'large.json']);
    expect(large.stderr).toContain('An event is larger than the 6 MB that Lambda takes.');
  });

  it('goes on after failures of Lambda that pass', async () => {
    let calls = 0;
    faults = ({ service, method }) =>
      service === 'lambda' && method === 'POST' && ++calls % 2 === 0
        ? { status: 500, code: 'ServiceException' }
        : undefined;
    const { code, stdout } = await load([...checkout, '--count', '4', '--json']);
    faults = undefined;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      invocations: 2,
      errorTypes: [{ errorType: 'ServiceException', count: 2 }],
    });
  });

  it('says nothing of its own callers, however many they are', async () => {
    faults = ({ service, method }) =>
      service === 'lambda' && method === 'POST' ? { status: 500, code: 'ServiceException' } : undefined;
    for (const rate of [[], ['--rate', '40']]) {
      const { stdout, stderr } = await load([...checkout, '--count', '20', '--concurrency', '20', ...rate]);
      expect(stdout).toMatch(/^Checkout +0 +20 /m);
      expect(stderr).not.toContain('Warning');
    }
    faults = undefined;
  });

  it('wants one function where there are several', async () => {
    const { code, stderr } = await load(['--count', '1']);
    expect([code, stderr]).toEqual([
      1,
      'profiled-fn: Stack Orders has 2 profiled functions.\n  Choose one with --function:\n    Checkout\n    Single\n',
    ]);
  });

  it.each([
    ['--rate', '0'],
    ['--rate', 'fast'],
    ['--concurrency', '0'],
    ['--duration', '5'],
  ])('exits with 2 for %s %s', async (...args) => {
    expect((await load([...checkout, ...args])).code).toBe(2);
  });
});
