declare module 'proxy-from-env' {
  /** URL of the proxy that the environment names for `url`; empty: none. */
  export function getProxyForUrl(url: string | URL): string;
}
