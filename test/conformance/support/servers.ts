import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** A server of somebody else's, on a free port of this computer. */
export interface OtherServer {
  port: number;
  /** `http://localhost:4566` */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it takes connections.
 *
 * @param commandFor - command and arguments for a port
 * @param host - where it listens
 */
export async function startServer(
  commandFor: (port: number) => [string, string[]],
  host: 'localhost' | '127.0.0.1' = 'localhost',
): Promise<OtherServer> {
  const port = await freePort(host);
  const server = spawn(...commandFor(port), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-1000);
  });
  await listening(port, host, server, () => said);
  return {
    port,
    url: `http://${host}:${port}`,
    async stop() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function freePort(host: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, host, resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function listening(port: number, host: string, server: ChildProcess, said: () => string): Promise<void> {
  for (;;) {
    const socket = connect(port, host);
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    if (server.exitCode !== null) {
      throw new Error(`${server.spawnargs.join(' ')} ended with ${server.exitCode}: ${said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
