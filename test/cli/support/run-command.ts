import { type ChildProcess, spawn } from 'node:child_process';
import { assetPath } from '../../../local/package-assets';
import type { Credentials } from '../../../local/types';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Called when the command has been started. */
  onStart?(command: ChildProcess): void;
  /** Called with all of stderr so far; may end the command with a signal. */
  onStderr?(text: string, kill: (signal: NodeJS.Signals) => void): void;
}

/** Runs the bundled command in a process of its own, without the environment's credentials and without a terminal. */
export function runCommand(args: string[], { cwd, env = {}, onStart, onStderr }: CommandOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [assetPath('cli/profiled-fn.mjs'), ...args], {
      cwd,
      // No home of the user's, no metadata service: the tests say all there is to know.
      env: { PATH: process.env.PATH, HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onStart?.(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The environment in which AWS tools use the stand-in at `endpointUrl`. */
export function awsEnvironment(endpointUrl: string, region: string, credentials: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}
