import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The platform's command that opens an address in the user's browser. */
export function browserCommand(platform: NodeJS.Platform, url: string): [command: string, ...args: string[]] {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', url.replace(/&/g, '^&')];
  return ['xdg-open', url];
}

/**
 * Opens `url` in the browser if there is one; if not, the address on the terminal has to do.
 *
 * All users of a computer see the command lines of all processes, and the address is a secret. So the browser is given
 * a file that only its user can read, and that leads to the address.
 *
 * @param folder - where the file is made if this folder exists: browsers in a sandbox see no temporary files
 * @returns removes the file; to be called in the end
 */
export function openBrowser(url: string, folder: string): () => void {
  const own = mkdtempSync(join(existsSync(folder) ? resolve(folder) : tmpdir(), 'viewer-')); // mode 0700
  const file = join(own, 'open.html');
  writeFileSync(file, redirectTo(url), { mode: 0o600 });
  const [command, ...args] = browserCommand(process.platform, pathToFileURL(file).href);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // no such command
  child.unref();
  return () => rmSync(own, { recursive: true, force: true });
}

function redirectTo(url: string): string {
  const escaped = url.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${escaped}">
<title>profiled-fn</title>
<a href="${escaped}">Viewer of profiled-fn</a>
`;
}
