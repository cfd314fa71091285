import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import type { ControlGroup } from './control-group';

export interface ProcessOptions {
  command: string;
  args: string[];
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
  /** Limits for the process and all that it starts; removed with them. */
  controlGroup?: ControlGroup;
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
  readonly #controlGroup: ControlGroup | undefined;

  private constructor(child: ChildProcess, pid: number, controlGroup?: ControlGroup) {
    this.#child = child;
    this.#controlGroup = controlGroup;
    this.pid = pid;
    this.socket = child.stdio[3] as Duplex;
    const dismissGuard = guard(pid, controlGroup?.folders ?? []);
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
  static async spawn({ command, args, env, cwd, controlGroup, onLine }: ProcessOptions): Promise<ProcessGroup> {
    // A session of its own, hence a group of its own, and none of the terminal's signals.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const { pid } = child;
    if (pid === undefined) {
      const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
      await controlGroup?.remove();
      throw new Error(`Cannot start ${command} in ${cwd}: ${cause.message}`, { cause });
    }
    const group = new ProcessGroup(child, pid, controlGroup);
    try {
      controlGroup?.add(pid);
    } catch (error) {
      await group.kill();
      throw new Error(`Cannot limit ${command}: ${(error as Error).message}`, { cause: error });
    }
    for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);
    return group;
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
    await this.#controlGroup?.remove();
  }
}

/**
 * Kills the group if this process ends first, however it ends: a stopped process notices nothing itself, and nobody
 * runs code for us after SIGKILL. A shell waits for the end of its standard input for that.
 *
 * @param folders of the control group, which go when the killed processes have gone
 * @returns call it when the group has ended
 */
function guard(group: number, folders: readonly string[]): () => void {
  const script = `read -r line && exit
    kill -s KILL -- "-$1"; shift
    for folder; do
      for try in 1 2 3 4 5 6 7 8 9 10; do
        kill -s KILL $(cat "$folder/cgroup.procs") 2>/dev/null
        rmdir "$folder" 2>/dev/null && break
        sleep 0.2
      done
    done`;
  const shell = spawn('/bin/sh', ['-c', script, 'guard', String(group), ...folders], {
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
