import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server on 127.0.0.1. */
export interface Database {
  port: number;
  stop(): Promise<void>;
}

/** Database servers do not run as root: those of Debian's packages have users of their own. */
const asUser = (user: string, command: string, args: string[]): [string, string[]] =>
  process.getuid?.() === 0 ? ['runuser', ['-u', user, '--', command, ...args]] : [command, args];

/** PostgreSQL of Debian's package `postgresql`. */
export async function startPostgres(): Promise<Database> {
  const [version] = (await readdir('/usr/lib/postgresql')).sort((a, b) => Number(b) - Number(a));
  const bin = `/usr/lib/postgresql/${version}/bin`;
  const data = await directory();
  const at = join(data, 'data');
  await run(...asUser('postgres', `${bin}/initdb`, ['--auth=trust', '--username=shop', '--no-sync', '-D', at]));
  return start(data, (port) =>
    asUser('postgres', `${bin}/postgres`, ['-D', at, '-h', '127.0.0.1', '-p', String(port), '-k', data]),
  );
}

/** MariaDB of Debian's package `mariadb-server`. */
export async function startMariadb(): Promise<Database> {
  const data = await directory();
  const at = join(data, 'data');
  await run(...asUser('mysql', 'mariadb-install-db', ['--no-defaults', `--datadir=${at}`, '--skip-test-db']));
  return start(data, (port) =>
    asUser('mysql', 'mariadbd', [
      '--no-defaults',
      '--skip-grant-tables',
      `--datadir=${at}`,
      `--socket=${join(data, 'socket')}`,
      `--pid-file=${join(data, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
    ]),
  );
}

/** Redis of Debian's package `redis-server`. */
export async function startRedis(): Promise<Database> {
  const data = await directory();
  return start(data, (port) => ['redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', data]]);
}

/** Answers every request as DynamoDB answers GetItem, after 100 ms. */
export async function startDynamo(): Promise<Database> {
  const server = createHttpServer((request, response) => {
    request.resume();
    setTimeout(() => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end('{"Item":{"id":{"S":"1"}}}');
    }, 100);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'profiled-fn-drivers-'));
  await chmod(path, 0o777);
  return path;
}

async function start(data: string, commandFor: (port: number) => [string, string[]]): Promise<Database> {
  const port = await freePort();
  const server = spawn(...commandFor(port), { stdio: 'ignore' });
  await answering(port, server);
  return {
    port,
    async stop() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
    if (server.exitCode !== null) throw new Error(`${server.spawnargs.join(' ')} ended with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
