/**
 * What `profiled-fn fetch` adds to the time that its downloads take alone, and what memory a long listing takes.
 *
 *     npm run bundle && npx tsx bench/fetch.ts [rounds]
 *     (cd test/conformance/go && go build -o /tmp/versitygw github.com/versity/versitygw/cmd/versitygw)
 *     npx tsx bench/fetch.ts --versitygw /tmp/versitygw [rounds]
 *
 * The snapshots are those of `bench/snapshots.ts`. The server is the stand-in of `local/` in another process, or
 * versitygw, an S3 server of others that has its objects on disk. "Downloads alone" lists and gets the same objects, as
 * many at a time, and keeps nothing; its time is that of the requests only: once as everyone does, with the AWS SDK, and
 * once as the command does (cli/aws/direct-reads.ts). "fetch" is the whole command from the start of its process to its end, with an empty cache: it also writes the cache, decodes, merges and
 * writes the result. "again" is the same with everything in the cache. The rounds take turns.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { forEachBounded } from '../cli/aws/bounded';
import { openBucket } from '../cli/aws/bucket';
import { sessionAt } from '../cli/aws/session';
import { DEFAULT_PREFIX, functionPrefix, snapshotKey } from '../lib/contract/keys';
import { bucketName, putInto, region, startAccount } from '../test/cli/support/account';
import { awsEnvironment } from '../test/cli/support/run-command';
import { startServer } from '../test/conformance/support/servers';
import { generatedSnapshots } from './snapshots';
import { median } from './statistics';
import { markdownTable } from './table';

/** Downloads at a time where nothing else is done. */
const concurrency = 16;
/** Bucket of the server that has its objects on disk. */
const fileBucket = 'profiles';
/** Snapshots of which each bucket has as many copies as it takes. */
const different = 1000;
const command = join(import.meta.dirname, '../assets/cli/profiled-fn.mjs');

/** What downloads: the AWS SDK, or what the command has. */
type DownloadClient = 'sdk' | 'own';

interface Server {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Where a thousand snapshots lie. */
interface Source {
  bucket: string;
  /** Flags that say so to the command. */
  flags: string[];
}

const stackOf = (count: number) => `Objects${count}`;

/** Key and metadata of the snapshot number `i` of a stack. */
function snapshotAt(stack: string, i: number): { key: string; metadata: Record<string, string> } {
  const instance = Math.floor(i / 10)
    .toString(16)
    .padStart(12, '0');
  const minute = Date.parse('2026-11-01T00:00:00Z') + i * 60_000;
  return {
    key: snapshotKey(functionPrefix(DEFAULT_PREFIX, stack, 'Checkout'), 'wall', i % 10, instance),
    metadata: {
      start: new Date(minute).toISOString(),
      end: new Date(minute + 60_000).toISOString(),
      version: '1',
      memory: '1024',
      arch: 'arm64',
    },
  };
}

/** Holds buckets of so many snapshots each until its input ends. */
async function serve(counts: number[]): Promise<void> {
  const aws = await startAccount(counts.map((count) => ({ name: stackOf(count), functions: 'Checkout=c' })));
  const bodies = Array.from(generatedSnapshots(different), ({ gzipped }) => Buffer.from(gzipped));
  for (const count of counts) {
    for (let i = 0; i < count; i++) {
      const { key, metadata } = snapshotAt(stackOf(count), i);
      putInto(aws, bucketName(stackOf(count)), key, bodies[i % bodies.length], metadata);
    }
  }
  const { accessKeyId, secretAccessKey } = aws.adminCredentials;
  process.stdout.write(`${JSON.stringify({ endpoint: aws.endpointUrl, accessKeyId, secretAccessKey })}\n`);
  await once(process.stdin.resume(), 'end');
  await aws.close();
}

/** Starts versitygw with a thousand snapshots in a bucket. */
async function serveFiles(versitygw: string, data: string): Promise<{ server: Server; stop(): Promise<void> }> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench-bench' };
  const options = ['--access', credentials.accessKeyId, '--secret', credentials.secretAccessKey, '--region', region];
  const { url: endpoint, stop } = await startServer(
    (port) => [versitygw, [...options, '--port', `127.0.0.1:${port}`, 'posix', data]],
    '127.0.0.1',
  );
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: fileBucket }));
  let i = 0;
  for (const { gzipped } of generatedSnapshots(different)) {
    const { key, metadata } = snapshotAt('Objects', i++);
    await s3.send(new PutObjectCommand({ Bucket: fileBucket, Key: key, Body: gzipped, Metadata: metadata }));
  }
  s3.destroy();
  return { server: { endpoint, ...credentials }, stop };
}

/** Lists and gets all snapshots in a bucket. @returns seconds */
async function downloadAll(
  { endpoint, ...credentials }: Server,
  bucketName: string,
  client: DownloadClient,
): Promise<number> {
  const start = performance.now();
  const session = sessionAt(endpoint, region, credentials);
  const bucket = openBucket(session, bucketName);
  const sdk = new S3Client(session.client);
  const get: Record<DownloadClient, (key: string, signal: AbortSignal) => Promise<unknown>> = {
    own: (key, signal) => bucket.get(key, signal),
    sdk: async (key, abortSignal) => {
      const object = await sdk.send(new GetObjectCommand({ Bucket: bucketName, Key: key }), { abortSignal });
      await object.Body?.transformToByteArray();
    },
  };
  const keys: string[] = [];
  for await (const page of bucket.list('profiled-fn/')) keys.push(...page.map(({ key }) => key));
  await forEachBounded(keys, concurrency, async (key, signal) => void (await get[client](key, signal)));
  bucket.close();
  sdk.destroy();
  return (performance.now() - start) / 1000;
}

/** Runs the command. @returns seconds, and the most memory that it took, MB */
function run(server: Server, args: string[]): { seconds: number; memory: number } {
  const { endpoint, ...credentials } = server;
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', memoryReport, command, ...args], {
    env: { PATH: process.env.PATH, CI: 'true', ...awsEnvironment(endpoint, region, credentials) },
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  const seconds = (performance.now() - start) / 1000;
  const memory = /maxRSS (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || memory === undefined) throw new Error(`profiled-fn ${args.join(' ')}: ${stderr}`);
  return { seconds, memory: Number(memory) / 1024 };
}

/** A module that says at the end how much memory the process took. */
const memoryReport = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write('maxRSS ' + process.resourceUsage().maxRSS + '\\n'));",
)}`;

/** This script in another mode and process. */
function self(args: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', import.meta.filename, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ReturnType<typeof self>): Promise<string> {
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('The process has ended without an answer');
}

async function measure(server: Server, source: Source, rounds: number): Promise<void> {
  const times = { sdk: [] as number[], own: [] as number[], fetch: [] as number[], again: [] as number[] };
  let memory = 0;
  // Removed at the end: to make files where others have just been removed takes ext4 longer.
  const folder = mkdtempSync(join(tmpdir(), 'bench-fetch-'));
  try {
    for (let round = 0; round < rounds; round++) {
      const out = join(folder, String(round));
      const download = async (client: DownloadClient) => {
        const child = self(['--download', JSON.stringify(server), '--bucket', source.bucket, '--client', client]);
        times[client].push(Number(await firstLine(child)));
      };
      const fetch = ['fetch', ...source.flags, '--json', '--out', out];
      await download(round % 2 === 0 ? 'sdk' : 'own');
      for (const which of [times.fetch, times.again]) {
        const ran = run(server, fetch);
        which.push(ran.seconds);
        memory = Math.max(memory, ran.memory);
      }
      await download(round % 2 === 0 ? 'own' : 'sdk');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const ratios = (of: number[]) => median(of.map((seconds, i) => seconds / (times.sdk[i] ?? 0))).toFixed(2);
  const row = (name: string, of: number[]) => [name, `${median(of).toFixed(2)} s`, ratios(of)];
  process.stdout.write(
    `${different} snapshots, medians of ${rounds} rounds, ${memory.toFixed(0)} MB at most\n\n${markdownTable([
      ['', 'time', 'times downloads with the SDK'],
      row('downloads alone, AWS SDK', times.sdk),
      row('downloads alone, as `fetch` does', times.own),
      row('`fetch`', times.fetch),
      row('`fetch` again', times.again),
    ])}\n\n`,
  );
}

/** What `list` takes, and a `fetch` of one instance's snapshots, ten, out of so many. */
function measureListing(server: Server, counts: number[]): void {
  const rows = counts.map((count) => {
    const out = mkdtempSync(join(tmpdir(), 'bench-fetch-'));
    const stack = ['--stack', stackOf(count), '--json'];
    try {
      const list = run(server, ['list', ...stack]);
      const fetch = run(server, ['fetch', ...stack, '--out', out, '--instances', '000000000001']);
      return [
        count.toLocaleString('en-US'),
        ...[list, fetch].flatMap(({ seconds, memory }) => [`${seconds.toFixed(1)} s`, `${memory.toFixed(0)} MB`]),
      ];
    } finally {
      rmSync(out, { recursive: true });
    }
  });
  const titles = ['objects listed', '`list`', 'memory', '`fetch` of one instance', 'memory'];
  process.stdout.write(`${markdownTable([titles, ...rows])}\n`);
}

async function withStandIn(rounds: number): Promise<void> {
  const counts = [different, 10_000, 100_000];
  const child = self(['--serve', counts.join(',')]);
  try {
    const server: Server = JSON.parse(await firstLine(child));
    const stack = stackOf(different);
    await measure(server, { bucket: bucketName(stack), flags: ['--stack', stack] }, rounds);
    measureListing(server, counts);
  } finally {
    child.stdin.end();
  }
}

async function withVersitygw(versitygw: string, rounds: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'bench-fetch-server-'));
  try {
    const { server, stop } = await serveFiles(versitygw, data);
    try {
      await measure(server, { bucket: fileBucket, flags: ['--bucket', `s3://${fileBucket}`] }, rounds);
    } finally {
      await stop();
    }
  } finally {
    rmSync(data, { recursive: true });
  }
}

async function main(): Promise<void> {
  const { values: flags, positionals } = parseArgs({
    options: {
      versitygw: { type: 'string' },
      serve: { type: 'string' },
      download: { type: 'string' },
      bucket: { type: 'string', default: '' },
      client: { type: 'string', default: 'sdk' },
    },
    allowPositionals: true,
  });
  const rounds = Number(positionals[0] ?? 5);
  if (flags.serve !== undefined) await serve(flags.serve.split(',').map(Number));
  else if (flags.download !== undefined) {
    process.stdout.write(
      `${await downloadAll(JSON.parse(flags.download), flags.bucket, flags.client === 'own' ? 'own' : 'sdk')}\n`,
    );
  } else if (flags.versitygw !== undefined) await withVersitygw(flags.versitygw, rounds);
  else await withStandIn(rounds);
}

void main();
