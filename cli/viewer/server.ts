import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandError } from '../terminal/command-error';
import { servedPage, uiAsset, type ViewedProfile } from './pages';

/** A viewer that is being served, until it is closed. */
export interface ViewerServer {
  /** For example `http://localhost:8080/mVh3bEpvSk6xk1Yt2hXb0Q`: other users of this computer cannot guess it. */
  url: string;
  close(): Promise<void>;
}

/** Where the viewer is served unless something else is there. */
export const defaultPort = 8080;

/** How many ports after {@link defaultPort} are tried. */
const triedPorts = 100;

interface Resource {
  type: string;
  body: string | Uint8Array;
}

/**
 * Serves the viewer page and `profiles` to this computer only, and there only to who knows the address.
 *
 * A page of another site cannot read them: the Host header must name this server (which DNS rebinding cannot fake), and
 * no other origin is allowed.
 *
 * @param port the port to take; undefined: {@link defaultPort}, or the next that is free
 * @throws CommandError if the port is taken
 */
export async function serveViewer(title: string, profiles: ViewedProfile[], port?: number): Promise<ViewerServer> {
  const page = await servedPage();
  const token = randomBytes(16).toString('base64url');
  const resources = new Map<string, Resource>([
    ['/', { type: 'text/html; charset=utf-8', body: page.html }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: await uiAsset('page.js') }],
    ['/page.css', { type: 'text/css; charset=utf-8', body: await uiAsset('page.css') }],
    ['/data/index.json', { type: 'application/json', body: indexJson(title, profiles) }],
    ...profiles.flatMap(({ bytes, sources = new Map() }, i): [string, Resource][] => [
      [`/${profileUrl(i)}`, { type: 'application/octet-stream', body: bytes }],
      [`/${sourcesUrl(i)}`, { type: 'application/json', body: JSON.stringify(Object.fromEntries(sources)) }],
    ]),
  ]);
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    answer(resources, token, page.contentSecurityPolicy, request, response);
  const servers = await listen(listener, port);
  return {
    url: `http://localhost:${portOf(servers[0])}/${token}`,
    close: async () => {
      await Promise.all(servers.map(close));
    },
  };
}

function profileUrl(index: number): string {
  return `data/${index}.pb.gz`;
}

function sourcesUrl(index: number): string {
  return `data/${index}.sources.json`;
}

function indexJson(title: string, profiles: ViewedProfile[]): string {
  return JSON.stringify({
    title,
    profiles: profiles.map(({ bytes, sources, ...identity }, i) => ({
      ...identity,
      url: profileUrl(i),
      ...(sources && { sourcesUrl: sourcesUrl(i) }),
    })),
  });
}

function answer(
  resources: Map<string, Resource>,
  token: string,
  contentSecurityPolicy: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { status, type, body, location } = responseTo(resources, token, request);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(location && { location }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function responseTo(
  resources: Map<string, Resource>,
  token: string,
  request: IncomingMessage,
): Resource & { status: number; location?: string } {
  const refusal = (status: number, body: string) => ({ status, type: 'text/plain; charset=utf-8', body });
  if (!isOurHost(request)) return refusal(403, 'This server answers to localhost only.\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'Only GET and HEAD.\n');
  // No path is ever looked up on the disk: what is not in the map does not exist.
  const path = (request.url ?? '').replace(/[?#].*$/s, '');
  const home = `/${token}`;
  // The page's own addresses are relative to it.
  if (path === home) return { ...refusal(308, ''), location: `${home}/` };
  const resource = path.startsWith(`${home}/`) ? resources.get(path.slice(home.length)) : undefined;
  return resource ? { status: 200, ...resource } : refusal(404, 'Not found.\n');
}

function isOurHost(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  const host = request.headers.host?.toLowerCase();
  return ['localhost', '127.0.0.1', '[::1]'].some(
    (name) => host === `${name}:${port}` || (port === 80 && host === name),
  );
}

/** Servers on a port of both loopback addresses: `localhost` may mean either. */
async function listen(listener: RequestListener, port: number | undefined): Promise<[Server, ...Server[]]> {
  const candidates = port === undefined ? [...Array(triedPorts).keys()].map((i) => defaultPort + i) : [port];
  for (const candidate of candidates) {
    const v4 = await tryListen(listener, '127.0.0.1', candidate);
    if (typeof v4 === 'string') continue;
    const v6 = await tryListen(listener, '::1', portOf(v4));
    if (typeof v6 !== 'string') return [v4, v6];
    if (v6 === 'no such address') return [v4];
    await close(v4);
  }
  throw new CommandError(
    port === undefined
      ? `All ports from ${defaultPort} to ${defaultPort + triedPorts - 1} are in use.`
      : `Port ${port} is in use.`,
    'Choose another one with --port, or --port 0 for any that is free.',
  );
}

function tryListen(
  listener: RequestListener,
  host: string,
  port: number,
): Promise<Server | 'in use' | 'no such address'> {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE') resolve('in use');
      else if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') resolve('no such address');
      else reject(new CommandError(`Cannot listen on port ${port}: ${message}.`, 'Choose another one with --port.'));
    });
    server.listen({ port, host }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
