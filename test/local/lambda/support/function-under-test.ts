import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import {
  type ExecutionEnvironment,
  type ExecutionEnvironmentOptions,
  startExecutionEnvironment,
} from '../../../../local/lambda/execution-environment';
import type { DeployedFunction } from '../../../../local/types';

const cleanups: (() => unknown)[] = [];

/** Runs after the test, the last one first. */
export function cleanUp(action: () => unknown): void {
  cleanups.push(action);
}

afterEach(async () => {
  for (const action of cleanups.splice(0).reverse()) await action();
});

/** A folder with the files of a function; gone after the test. */
export function codeDirectory(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'profiled-fn-lambda-'));
  cleanUp(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

export function deployedFunction(
  files: Record<string, string>,
  properties: Partial<DeployedFunction> = {},
): DeployedFunction {
  return {
    stackName: 'OrdersStack',
    logicalId: 'Checkout1A2B3C4D',
    constructPath: 'Checkout',
    functionName: 'OrdersStack-Checkout1A2B3C4D',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    timeoutSeconds: 10,
    memoryMb: 128,
    architecture: 'x86_64',
    environment: {},
    codeDirectory: codeDirectory(files),
    layerDirectories: [],
    roleArn: 'arn:aws:iam::123456789012:role/checkout',
    region: 'eu-west-1',
    ...properties,
  };
}

export const options: ExecutionEnvironmentOptions = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
  // The discard port: nobody answers.
  endpointUrl: 'http://127.0.0.1:9',
};

/** Closed after the test. */
export async function start(
  fn: DeployedFunction,
  more: Partial<ExecutionEnvironmentOptions> = {},
): Promise<ExecutionEnvironment> {
  const environment = await startExecutionEnvironment(fn, { ...options, ...more });
  cleanUp(() => environment.close());
  return environment;
}

/** `T` for a stopped process, another letter for others, empty for none. */
export function processState(pid: number | undefined): string {
  const stat = `/proc/${pid}/stat`;
  if (existsSync('/proc/self/stat')) {
    // The name before the state may hold anything, a closing bracket too.
    return existsSync(stat) ? (/.*\) (.)/s.exec(readFileSync(stat, 'utf8'))?.[1] ?? '') : '';
  }
  return spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.charAt(0);
}

/** A signal takes a moment to arrive. */
export function stopped(pid: number | undefined): Promise<void> {
  return until(() => processState(pid) === 'T');
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function json(payload: Buffer): unknown {
  return JSON.parse(payload.toString());
}

/** Module code that registers an internal extension: `nextEvent()` asks for its next event. Needs top-level await. */
export const EXTENSION = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
const registration = await fetch(api + 'register', {
  method: 'POST', headers: { 'Lambda-Extension-Name': 'sampler' }, body: JSON.stringify({ events: ['INVOKE'] }),
});
const id = registration.headers.get('lambda-extension-identifier');
const nextEvent = async () => {
  const response = await fetch(api + 'event/next', { headers: { 'Lambda-Extension-Identifier': id } });
  return response.json();
};
`;
