/**
 * Does profiling delay a response? One handler, bare and profiled, invoked in turn in the same run, each in an execution
 * environment of its own with AWS's runtime client:
 *
 * - bare, and bare once more: how far two equal things are apart on this machine
 * - profiled, with a snapshot every second
 * - profiled, with a snapshot after every invocation: if a flush were in a response's way, it would show in each
 *
 * The bucket takes 30 ms to answer.
 *
 * Usage: npm run bench:latency [-- <invocations of each, default 1000>]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionEnvironment, startExecutionEnvironment } from '../local/lambda/execution-environment';
import { assetPath } from '../local/package-assets';
import type { DeployedFunction } from '../local/types';
import { percentile } from './statistics';

const BUCKET_LATENCY_MS = 30;
const WARM_UP = 20;

const handler = `
exports.handler = async (event) => {
  const orders = Array.from({ length: 200 }, (_, i) => ({ id: i, lines: [{ sku: 'A' + i, price: i * 1.19 }] }));
  const total = JSON.parse(JSON.stringify(orders)).reduce((sum, { lines }) => sum + lines[0].price, 0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { total };
};`;

async function main(invocations: number): Promise<void> {
  let puts = 0;
  const bucket = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      puts++;
      setTimeout(() => response.end(), BUCKET_LATENCY_MS);
    });
  });
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
  const codeDirectory = await mkdtemp(join(tmpdir(), 'profiled-fn-bench-'));
  await writeFile(join(codeDirectory, 'index.js'), handler);

  const bare: DeployedFunction = {
    stackName: 'Bench',
    logicalId: 'Handler',
    constructPath: 'Handler',
    functionName: 'bench-handler',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    timeoutSeconds: 30,
    memoryMb: 1024,
    architecture: 'x86_64',
    environment: {},
    codeDirectory,
    layerDirectories: [],
    roleArn: 'arn:aws:iam::000000000000:role/bench',
    region: 'us-east-1',
  };
  const profiled = (snapshotIntervalMs: number): DeployedFunction => ({
    ...bare,
    handler: '/opt/profiled-fn/handler.handler',
    layerDirectories: [assetPath('layer')],
    environment: {
      PROFILED_FN_HANDLER: 'index.handler',
      PROFILED_FN_BUCKET: 'bench',
      PROFILED_FN_PREFIX: 'profiled-fn/Bench/Handler',
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: String(snapshotIntervalMs),
    },
  });
  const options = {
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    endpointUrl: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`,
  };
  const arms: Arm[] = [];
  for (const [name, fn] of [
    ['bare', bare],
    ['bare again', bare],
    ['profiled, a snapshot a second', profiled(1000)],
    ['profiled, a snapshot each time', profiled(1)],
  ] as const) {
    arms.push({ name, environment: await startExecutionEnvironment(fn, options), responses: [], afterwards: [] });
  }
  for (let i = 0; i < invocations + WARM_UP; i++) {
    // Who is first changes: what one leaves in the caches helps another each time.
    for (let turn = 0; turn < arms.length; turn++) {
      const arm = arms[(i + turn) % arms.length];
      const { responseMs, report } = await arm.environment.invoke({});
      const { postResponseMs } = await report;
      if (i < WARM_UP) continue;
      arm.responses.push(responseMs);
      arm.afterwards.push(postResponseMs);
    }
  }
  for (const { environment } of arms) await environment.close();
  bucket.close();
  await rm(codeDirectory, { recursive: true });
  console.log(`Node.js ${process.versions.node}, ${invocations} invocations of each, ${puts} snapshots written\n`);
  console.log(table(arms));
}

interface Arm {
  name: string;
  environment: ExecutionEnvironment;
  /** Times to the response, milliseconds. */
  responses: number[];
  /** Times from the response until the environment was idle again, milliseconds. */
  afterwards: number[];
}

function table(arms: Arm[]): string {
  const percentiles = [50, 90, 99];
  const baseline = percentiles.map((p) => percentile(arms[0].responses, p));
  const rows = arms.map(({ name, responses, afterwards }) => [
    name,
    ...percentiles.map((p, i) => {
      const value = percentile(responses, p);
      return `${value.toFixed(2)} ms  ${(value / baseline[i]).toFixed(3)}`;
    }),
    `${percentile(afterwards, 50).toFixed(1)} ms`,
  ]);
  const header = ['time to the response, ratio', ...percentiles.map((p) => `p${p}`), 'then, p50'];
  return [header, ...rows]
    .map(([name, ...cells]) => name.padEnd(32) + cells.map((cell) => cell.padStart(17)).join(''))
    .join('\n');
}

void main(Number(process.argv[2] ?? 1000));
