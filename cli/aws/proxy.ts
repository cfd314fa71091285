/// <reference path="./proxy-from-env.d.ts" />
import type { Agent } from 'node:http';
import { connect, isIP, isIPv6 } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { CommandError } from '../terminal/command-error';

/** What carries the requests of the SDK, and what that is, for people. */
export interface ProxySettings {
  /** Absent for a scheme without a proxy. */
  agents: { httpAgent?: Agent; httpsAgent?: Agent };
  /** The proxies' URLs without their passwords. */
  names: string[];
}

/** The proxies of `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, which hosts of `NO_PROXY` are reached without. */
export function environmentProxies(): ProxySettings {
  // Any host shows the proxy of a scheme: which hosts go without one is decided when they are connected to.
  const [http, https] = ['http', 'https'].map((scheme) => getProxyForUrl(`${scheme}://host.invalid`));
  const names = [...new Set([http, https])].filter((proxy) => proxy !== '').map(withoutPassword);
  const agentOf = (proxy: string) => (proxy === '' ? undefined : new EnvironmentProxyAgent(proxy, { keepAlive: true }));
  return {
    agents: { httpAgent: agentOf(http), httpsAgent: agentOf(https) },
    names,
  };
}

/** Goes through a proxy, also for `http:` by CONNECT; directly to the hosts of `NO_PROXY`. */
class EnvironmentProxyAgent extends HttpsProxyAgent<string> {
  override async connect(...args: Parameters<HttpsProxyAgent<string>['connect']>) {
    const [, options] = args;
    const { secureEndpoint, host = '', port } = options;
    const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
    if (getProxyForUrl(`${secureEndpoint ? 'https' : 'http'}://${authority}`) !== '') return super.connect(...args);
    return secureEndpoint ? connectTls({ servername: isIP(host) ? undefined : host, ...options }) : connect(options);
  }
}

/** @throws CommandError if it is not the URL of a proxy */
function withoutPassword(proxy: string): string {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return `${url.protocol}//${url.host}`;
  throw new CommandError(
    'HTTPS_PROXY, HTTP_PROXY or ALL_PROXY does not hold the URL of an HTTP proxy.',
    'Set it to something like http://proxy.example.com:3128, or unset it.',
  );
}
