import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';

/** A proxy that was asked for connections. */
export interface ConnectProxy {
  port: number;
  /** `host:port` of each, in the order in which they were asked for. */
  asked: string[];
  /** Of the header `Proxy-Authorization` of the last one. */
  authorization?: string;
  close(): Promise<void>;
}

/**
 * A proxy for CONNECT, as companies have.
 *
 * @param route - the port of this computer that a host is reached at; default: the port that is asked for
 * @param credentials - `user:password` that it wants
 */
export async function startConnectProxy({
  route = (_: string, port: number) => port,
  credentials,
}: {
  route?: (host: string, port: number) => number;
  credentials?: string;
} = {}): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  const proxy: ConnectProxy = { port: 0, asked: [], close: () => closeAll(server, sockets) };
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connection', (socket) => track(sockets, socket));
  server.on('connect', (request, client: Socket) => {
    const [host, port] = (request.url ?? '').split(':');
    proxy.asked.push(request.url ?? '');
    proxy.authorization = request.headers['proxy-authorization'];
    const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (wanted && proxy.authorization !== wanted) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n',
      );
      return;
    }
    const target = connect(route(host, Number(port)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    track(sockets, target);
    for (const socket of [client, target]) socket.on('error', () => [client, target].map((each) => each.destroy()));
  });
  proxy.port = await listen(server);
  return proxy;
}

/** Speaks TLS as `*.eu-central-1.amazonaws.com`, and passes on what comes to a port of this computer. */
export async function startTlsFront(
  port: number,
): Promise<{ port: number; certificate: string; close(): Promise<void> }> {
  const file = (name: string) => join(import.meta.dirname, 'tls', name);
  const certificate = file('amazonaws-certificate.pem');
  const sockets = new Set<Socket>();
  const options = { cert: readFileSync(certificate), key: readFileSync(file('amazonaws-key.pem')) };
  const server = createTlsServer(options, (secure) => {
    const target = connect(port, '127.0.0.1');
    secure.pipe(target).pipe(secure);
    track(sockets, target);
    for (const socket of [secure, target]) socket.on('error', () => [secure, target].map((each) => each.destroy()));
  });
  server.on('connection', (socket) => track(sockets, socket));
  return { port: await listen(server), certificate, close: () => closeAll(server, sockets) };
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
