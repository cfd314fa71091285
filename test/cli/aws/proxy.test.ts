import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../../local/aws';
import { temporaryFolder } from '../../support/temporary-folder';
import { region, startAccount } from '../support/account';
import { type ConnectProxy, startConnectProxy, startTlsFront } from '../support/connect-proxy';
import { awsEnvironment, runCommand } from '../support/run-command';

let aws: LocalAws;
let front: Awaited<ReturnType<typeof startTlsFront>>;
const folder = temporaryFolder('proxy');
const proxies: ConnectProxy[] = [];
beforeAll(async () => {
  aws = await startAccount([{ name: 'Orders', functions: 'Checkout=checkout', lambda: { checkout: {} } }]);
  front = await startTlsFront(Number(new URL(aws.endpointUrl).port));
});
afterAll(async () => {
  await Promise.all([aws.close(), front.close(), ...proxies.map((proxy) => proxy.close())]);
});

async function proxy(options: Parameters<typeof startConnectProxy>[0] = {}): Promise<ConnectProxy> {
  const started = await startConnectProxy(options);
  proxies.push(started);
  return started;
}

/** `profiled-fn list` against the stand-in's own address. */
const list = (env: Record<string, string>) =>
  runCommand(['list'], {
    cwd: folder,
    env: { ...awsEnvironment(aws.endpointUrl, region, aws.adminCredentials), AWS_MAX_ATTEMPTS: '1', ...env },
  });

describe.concurrent('A proxy', () => {
  it('carries everything to the real names of AWS, by TLS from end to end', async () => {
    const { port, asked } = await proxy({ route: () => front.port });
    const { AWS_ENDPOINT_URL: _, ...env } = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
    const { code, stdout } = await runCommand(['disable', '--stack', 'Orders', '--yes'], {
      cwd: folder,
      env: { ...env, HTTPS_PROXY: `http://127.0.0.1:${port}`, NODE_EXTRA_CA_CERTS: front.certificate },
    });
    expect([code, stdout]).toEqual([0, '1 function changed.\n']);
    expect(new Set(asked)).toEqual(
      new Set([`cloudformation.${region}.amazonaws.com:443`, `lambda.${region}.amazonaws.com:443`]),
    );
  });

  it('carries S3 and CloudFormation, with a user and a password, in a variable of either case', async () => {
    const { port, asked } = await proxy({ credentials: 'me:se cret' });
    const { code, stdout } = await list({ http_proxy: `http://me:se%20cret@127.0.0.1:${port}` });
    expect(code).toBe(0);
    expect(stdout).toContain('Stack Orders');
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked)).toEqual(new Set([new URL(aws.endpointUrl).host]));
  });

  it('is left alone for hosts of NO_PROXY', async () => {
    const { port, asked } = await proxy();
    const { code } = await list({ HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'example.com,127.0.0.1' });
    expect([code, asked]).toEqual([0, []]);
  });

  it('that wants a password, cannot be reached, or is none, is named', async () => {
    const { port } = await proxy({ credentials: 'me:secret' });
    const refused = await list({ HTTP_PROXY: `http://me:wrong@127.0.0.1:${port}` });
    expect(refused.stderr).toBe(
      `profiled-fn: The proxy http://127.0.0.1:${port} requires a user and a password.\n  Put them into the variable: HTTPS_PROXY=http://user:password@host:port.\n`,
    );
    const unreachable = await list({ HTTP_PROXY: 'http://127.0.0.1:9' });
    expect(unreachable.stderr).toContain('127.0.0.1:9 (ECONNREFUSED).');
    expect(unreachable.stderr).toContain('Requests go through the proxy http://127.0.0.1:9');
    const none = await list({ HTTP_PROXY: 'socks5://127.0.0.1:9' });
    expect(none.stderr).toContain('does not hold the URL of an HTTP proxy');
    expect([refused.code, unreachable.code, none.code]).toEqual([1, 1, 1]);
  });

  it('that opens connections without being trusted is told from a broken network', async () => {
    const { port } = await proxy({ route: () => front.port });
    const { AWS_ENDPOINT_URL: _, ...env } = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
    const { code, stderr } = await runCommand(['list'], {
      cwd: folder,
      env: { ...env, HTTPS_PROXY: `http://127.0.0.1:${port}`, AWS_MAX_ATTEMPTS: '1' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The certificate of the endpoint for .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)\.\n.*NODE_EXTRA_CA_CERTS/,
    );
  });
});
