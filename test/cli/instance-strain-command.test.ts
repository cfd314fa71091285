import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local/aws';
import { put, region, startAccount } from './support/account';
import { packed, wallProfile } from './support/profiles';
import { awsEnvironment, runCommand } from './support/run-command';

const HELD = 'Profiling held 1 of 2 instances for up to 812 ms after a response.';

let aws: LocalAws;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instance-strain-'));
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=Orders-Checkout-1' }]);
  env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  const key = (instance: string) => `profiled-fn/Orders/Checkout/wall/00-${instance}.pb.gz`;
  put(aws, 'Orders', key('aaaaaaaaaaaa'), packed(wallProfile()), { 'cost-longest-hold-ms': '812.4', 'left-out': '0' });
  put(aws, 'Orders', key('bbbbbbbbbbbb'), packed(wallProfile()), { 'cost-longest-hold-ms': '31.0', 'left-out': '2' });
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true });
});

/** Without where lines are broken for the terminal. */
const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

describe.concurrent('instances that profiling held long', () => {
  it('are in the summary of fetch, also of what was downloaded before', async () => {
    for (const cached of [[], ['--cached']]) {
      const { stdout } = await runCommand(['fetch', '--out', 'a', ...cached], { cwd: folder, env });
      expect(unwrapped(stdout)).toContain(`${HELD} That time is billed. More memory`);
    }
  });

  it('are in its --json result', async () => {
    const { stdout } = await runCommand(['fetch', '--out', 'b', '--json'], { cwd: folder, env });
    const [{ functions }] = JSON.parse(stdout).stacks;
    expect(functions[0].profilingStrain).toEqual({ instances: 2, held: { instances: 1, longestMs: 812.4 } });
  });

  it('are a note of top', async () => {
    const { stderr } = await runCommand(['top', '--out', 'c'], { cwd: folder, env });
    expect(unwrapped(stderr)).toContain(`Checkout: ${HELD}`);
  });

  it('are not of what is not selected', async () => {
    const args = ['fetch', '--out', 'd', '--instances', 'bbbbbbbbbbbb'];
    const { code, stdout } = await runCommand(args, { cwd: folder, env });
    expect(code).toBe(0);
    expect(stdout).not.toContain('Profiling held');
  });
});
