import { spawn } from 'node:child_process';

/** The platform's command that opens an address in the user's browser. */
export function browserCommand(platform: NodeJS.Platform, url: string): [command: string, ...args: string[]] {
  if (platform === 'darwin') return ['open', url];
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', url.replace(/&/g, '^&')];
  return ['xdg-open', url];
}

/** Opens `url` in the browser if there is one; if not, the address on the terminal has to do. */
export function openBrowser(url: string): void {
  const [command, ...args] = browserCommand(process.platform, url);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // no such command
  child.unref();
}
