import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A server of somebody else's, on a free port of this computer. */
export interface OtherServer {
  /** `http://localhost:4566` */
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts `command` and waits until it answers.
 *
 * @param argumentsFor - its arguments for a port
 */
export async function startServer(command: string, argumentsFor: (port: number) => string[]): Promise<OtherServer> {
  const port = await freePort();
  const server = spawn(command, argumentsFor(port), { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://localhost:${port}`;
  await answering(url, server);
  return {
    url,
    async stop() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, 'localhost', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    try {
      await fetch(url);
      return;
    } catch {
      if (server.exitCode !== null) throw new Error(`${server.spawnfile} ended with ${server.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
