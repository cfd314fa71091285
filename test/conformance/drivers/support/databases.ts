import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServer } from '../../support/servers';

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

/**
 * FerretDB, which speaks MongoDB's protocol and keeps its data in SQLite: Debian has no MongoDB. Each of its answers
 * takes 150 ms, as it has no query that does.
 */
export async function startMongo(): Promise<Database> {
  const data = await directory();
  const command = join(data, 'ferretdb');
  await run('go', ['build', '-o', command, '.'], { cwd: join(import.meta.dirname, '..', 'ferretdb') });
  const server = await start(data, (port) => [command, [`127.0.0.1:${port}`, data]]);
  const distance = createServer((near) => {
    const far = connect(server.port, '127.0.0.1');
    near.pipe(far);
    far.on('data', (answer) => setTimeout(() => near.writable && near.write(answer), 150));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => distance.listen(0, '127.0.0.1', resolve));
  return {
    port: (distance.address() as AddressInfo).port,
    async stop() {
      // Its connections close with the server's.
      distance.close();
      await server.stop();
    },
  };
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
  const server = await startServer(commandFor, '127.0.0.1');
  return {
    port: server.port,
    async stop() {
      await server.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
