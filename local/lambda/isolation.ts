import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { scratchFolder } from '../scratch';
import { NODE, type RootFolder, rootFolder } from './root-folder';

/** How this machine lets a process have a file system of its own: words of a command line. */
export interface Isolation {
  /** Begin the command line. */
  enter: string[];
  /** Stand before the function's own command, once its file system is in place. */
  leave: string[];
}

/**
 * Builds the process's file system from the skeleton in `root`, goes into it, and becomes the command that follows.
 * Everything happens in a namespace of its own: no other process sees it, and it ends with the process.
 */
const ENTER = `set -e
root=$1 table=$2
shift 2
mount --all --fstab "$table"
cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
cd /var/task
exec "$@"`;

/** A command line that runs `command` in `root`; for an environment with `toolsPath()`. */
export function isolated(isolation: Isolation, root: RootFolder, command: string[]): string[] {
  return [...isolation.enter, 'sh', '-c', ENTER, 'sh', root.folder, root.mountTable, ...isolation.leave, ...command];
}

/** Where the tools for this are found: a user's PATH may lack those for administrators. */
export function toolsPath(): string {
  return [process.env.PATH, '/usr/sbin:/sbin:/usr/bin:/bin'].filter(Boolean).join(delimiter);
}

let detected: Promise<Isolation | undefined> | undefined;

/** What this machine allows; undefined: nothing. It is tried once. */
export function detectIsolation(): Promise<Isolation | undefined> {
  detected ??= detect();
  return detected;
}

async function detect(): Promise<Isolation | undefined> {
  if (process.platform !== 'linux') return undefined;
  const code = join(scratchFolder('probe'), 'code');
  mkdirSync(code);
  const root = rootFolder({
    code,
    layers: [],
    node: process.execPath,
    runtimeClient: code,
    modules: [],
    nodeMajor: '',
  });
  for (const isolation of waysToIsolate()) {
    const [command, ...args] = isolated(isolation, root, [NODE, '--version']);
    try {
      await promisify(execFile)(command, args, { timeout: 10_000, env: { PATH: toolsPath() } });
      return isolation;
    } catch {
      // Not allowed, or not known by this version of the tools. The next one may be.
    }
  }
  return undefined;
}

/** From the plainest on. */
function waysToIsolate(): Isolation[] {
  const mountsOf = (...flags: string[]) => ['unshare', ...flags, '--mount', '--propagation', 'private', '--'];
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const asUser = mountsOf('--user', '--map-root-user');
  return [
    { enter: mountsOf(), leave: [] },
    // Only root may mount; the function is to be who it would be without all this.
    { enter: asUser, leave: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'] },
    { enter: asUser, leave: [] },
  ];
}
