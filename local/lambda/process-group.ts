import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';

export interface ProcessOptions {
  command: string;
  args: string[];
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
  /** Called with each line of standard output and error, without its line break. */
  onLine(line: string): void;
}

/** How a process ended: one of the two is set. */
export interface ExitStatus {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * A process and all its descendants, which stop, go on and die together. None of them outlives this process.
 */
export class ProcessGroup {
  /** Of the process; also the id of the group. */
  readonly pid: number;
  readonly exited: Promise<ExitStatus>;
  /** The process's file descriptor 3. */
  readonly socket: Duplex;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    this.socket = child.stdio[3] as Duplex;
    const dismissGuard = guard(pid);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        // What it started goes with it, as the sandbox does.
        this.signalAll('SIGKILL');
        dismissGuard();
        this.socket.destroy();
        resolve({ code, signal });
      });
    });
  }

  /** @throws where the command cannot be started */
  static async spawn({ command, args, env, cwd, onLine }: ProcessOptions): Promise<ProcessGroup> {
    // A session of its own, hence a group of its own, and none of the terminal's signals.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const { pid } = child;
    if (pid === undefined) {
      const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
      throw new Error(`Cannot start ${command} in ${cwd}: ${cause.message}`, { cause });
    }
    for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);
    return new ProcessGroup(child, pid);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** To the process alone. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** To the process and its descendants. */
  signalAll(name: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, name);
    } catch (error) {
      // EPERM is what macOS says of a group in which all are dead, but not yet waited for.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ESRCH' && code !== 'EPERM') throw error;
    }
  }

  async kill(): Promise<void> {
    if (this.running) this.signalAll('SIGKILL');
    await this.exited;
  }
}

/**
 * Kills the group if this process ends first, however it ends: a stopped process notices nothing itself, and nobody
 * runs code for us after SIGKILL. A shell waits for the end of its standard input for that.
 *
 * @returns call it when the group has ended
 */
function guard(group: number): () => void {
  const script = `read -r line || kill -s KILL -- "-$1"`;
  const shell = spawn('/bin/sh', ['-c', script, 'guard', String(group)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {}).unref();
  shell.stdin.on('error', () => {});
  return () => shell.stdin.end('dismissed\n');
}

function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
