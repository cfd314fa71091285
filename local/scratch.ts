import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let root: string | undefined;

/**
 * A new empty folder of this process. All of them are removed when the process has ended, however it ends: nobody runs
 * code for us after SIGKILL, so a shell waits for the end of its standard input.
 */
export function scratchFolder(name: string): string {
  root ??= guardedFolder();
  return mkdtempSync(join(root, `${name}-`));
}

function guardedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-local-'));
  const shell = spawn('/bin/sh', ['-c', 'read -r line; rm -rf -- "$1"', 'scratch', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {}).unref();
  shell.stdin.on('error', () => {});
  return folder;
}
