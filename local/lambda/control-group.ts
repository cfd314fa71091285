import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/**
 * A function gets one vCPU for each 1,769 MB of its memory.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const MB_PER_VCPU = 1769;
/** Initialization has two, whatever the memory. */
const VCPUS_OF_INITIALIZATION = 2;
/** The kernel grants its quota anew in each period. */
const PERIOD_MICROS = 100_000;
const REMOVAL_TRIES = 400;
const REMOVAL_PAUSE_MS = 5;
const CONTROLLERS = ['cpu', 'memory'] as const;

type Controller = (typeof CONTROLLERS)[number];

/** The vCPUs that a function of so much memory gets while it is invoked. */
export function vcpusOf(memoryMb: number): number {
  return memoryMb / MB_PER_VCPU;
}

/** Where control groups can be made: below a folder for each controller, which is the same folder with version 2. */
export interface ControlGroupRoots {
  version: 1 | 2;
  cpu: string;
  memory: string;
}

/**
 * Finds where this process may make control groups for processor and memory.
 *
 * @param read reads a file of the kernel's below `/proc` and `/sys`
 * @returns the folders, or the reason why there are none, as a sentence
 */
export function controlGroupRoots(read = readText, platform = process.platform): ControlGroupRoots | string {
  if (platform !== 'linux')
    return `Control groups need Linux, and this is ${platform}. Use a Linux machine or container.`;
  const mounts = controlGroupMounts(read('/proc/self/mountinfo'));
  const own = read('/proc/self/cgroup');
  const [cpu, memory] = CONTROLLERS.map((controller) => {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
    return mount && folderOf(mount, pathOf(own, controller));
  });
  if (cpu && memory) return { version: 1, cpu, memory };
  const unified = mounts.find(({ type }) => type === 'cgroup2');
  if (!unified)
    return 'No control groups are mounted below /sys/fs/cgroup. Mount them, or use another container runtime.';
  return unifiedRoot(folderOf(unified, pathOf(own, '')), unified.mountPoint, read);
}

/**
 * With version 2 a group has controllers only where the one above it hands them down, which it can do only while no
 * process is directly in it. So this process's own group will not do, but one above it may.
 */
function unifiedRoot(own: string, mountPoint: string, read: typeof readText): ControlGroupRoots | string {
  for (let folder = own; ; folder = dirname(folder)) {
    const handedDown = read(join(folder, 'cgroup.subtree_control')).split(/\s+/);
    if (CONTROLLERS.every((controller) => handedDown.includes(controller))) {
      return { version: 2, cpu: folder, memory: folder };
    }
    if (folder === mountPoint || folder === dirname(folder)) {
      return (
        `No control group at or above ${own} hands down the controllers cpu and memory. ` +
        `Run as root: echo "+cpu +memory" > ${join(mountPoint, 'cgroup.subtree_control')}`
      );
    }
  }
}

/** Why no process can be limited here, as a sentence; undefined: it can, which is tried with one. */
export async function whyNotLimited(): Promise<string | undefined> {
  const group = ControlGroup.create(TRIAL_MEMORY_MB);
  if (typeof group === 'string') return group;
  const process = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const pid = await new Promise<number>((resolve, reject) => {
      process.once('error', reject).once('spawn', () => resolve(process.pid ?? 0));
    });
    group.add(pid);
    return undefined;
  } catch (error) {
    return `A process cannot be put into a control group: ${(error as Error).message}. Run as root.`;
  } finally {
    process.kill('SIGKILL');
    await group.remove();
  }
}

const TRIAL_MEMORY_MB = 128;

/**
 * Limits of a process and all its descendants, as Lambda sets them: the function's memory from the beginning on, and
 * its share of a processor once it is initialized.
 */
export class ControlGroup {
  /** To be removed when no process is left in them. */
  readonly folders: readonly string[];
  readonly #roots: ControlGroupRoots;
  readonly #cpu: string;
  readonly #memory: string;

  private constructor(roots: ControlGroupRoots, name: string) {
    this.#roots = roots;
    this.#cpu = join(roots.cpu, name);
    this.#memory = join(roots.memory, name);
    this.folders = [...new Set([this.#cpu, this.#memory])];
  }

  /**
   * A group with the limits of initialization.
   *
   * @returns the reason why there is none, as a sentence, where it cannot be had
   */
  static create(memoryMb: number, roots = controlGroupRoots()): ControlGroup | string {
    if (typeof roots === 'string') return roots;
    const group = new ControlGroup(roots, `profiled-fn-${randomUUID()}`);
    try {
      for (const folder of group.folders) mkdirSync(folder);
      group.#limitMemory(memoryMb * 1024 * 1024);
      group.#setVcpus(Math.max(VCPUS_OF_INITIALIZATION, vcpusOf(memoryMb)));
      return group;
    } catch (error) {
      for (const folder of group.folders) removeFolder(folder);
      const { message } = error as Error;
      return `A control group cannot be made: ${message}. Run as root, in a container that may write to /sys/fs/cgroup.`;
    }
  }

  /** Takes in a process, and with it what it will start. */
  add(pid: number): void {
    for (const folder of this.folders) writeFileSync(join(folder, 'cgroup.procs'), String(pid));
  }

  /** From now on, the processor is shared out as it is for an invocation. */
  setShareOf(memoryMb: number): void {
    this.#setVcpus(vcpusOf(memoryMb));
  }

  /** Time for which processes had to wait since the group was made, because their share was used up. */
  get throttledMs(): number {
    const stat = readText(join(this.#cpu, 'cpu.stat'));
    const [, nanos] = /^throttled_time (\d+)$/m.exec(stat) ?? [];
    const [, micros] = /^throttled_usec (\d+)$/m.exec(stat) ?? [];
    return nanos ? Number(nanos) / 1e6 : Number(micros ?? 0) / 1e3;
  }

  /** Ends what is left in it, which takes a moment, and then the group itself. */
  async remove(): Promise<void> {
    for (const folder of this.folders) {
      for (let tries = 0; !removeFolder(folder) && tries < REMOVAL_TRIES; tries++) {
        for (const pid of readText(join(folder, 'cgroup.procs')).split('\n')) kill(Number(pid));
        await setTimeout(REMOVAL_PAUSE_MS);
      }
    }
  }

  #setVcpus(vcpus: number): void {
    const quota = String(Math.round(vcpus * PERIOD_MICROS));
    if (this.#roots.version === 2) {
      writeFileSync(join(this.#cpu, 'cpu.max'), `${quota} ${PERIOD_MICROS}`);
      return;
    }
    writeFileSync(join(this.#cpu, 'cpu.cfs_period_us'), String(PERIOD_MICROS));
    writeFileSync(join(this.#cpu, 'cpu.cfs_quota_us'), quota);
  }

  #limitMemory(bytes: number): void {
    const version1 = this.#roots.version === 1;
    writeFileSync(join(this.#memory, version1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
    if (version1) return;
    // Lambda has no swap; neither have kernels without this file.
    const swap = join(this.#memory, 'memory.swap.max');
    if (existsSync(swap)) writeFileSync(swap, '0');
  }
}

interface Mount {
  /** The group that is mounted. */
  root: string;
  mountPoint: string;
  type: string;
  /** Those of version 1 name the controllers. */
  options: string[];
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
function controlGroupMounts(mountInfo: string): Mount[] {
  return mountInfo
    .split('\n')
    .map((line) => {
      const [left, right = ''] = line.split(' - ');
      const [, , , root = '', mountPoint = ''] = left.split(' ');
      const [type = '', , options = ''] = right.split(' ');
      return { root, mountPoint, type, options: options.split(',') };
    })
    .filter(({ type }) => type.startsWith('cgroup'));
}

/** The group of this process in a hierarchy: that of a controller, or of version 2 where it is empty. */
function pathOf(own: string, controller: Controller | ''): string {
  const lines = own.split('\n').map((line) => line.split(':'));
  return (
    lines
      .find(([, controllers]) => controllers?.split(',').includes(controller))
      ?.slice(2)
      .join(':') ?? '/'
  );
}

/** A container may see no more than its own part of the hierarchy. */
function folderOf({ root, mountPoint }: Mount, path: string): string {
  const below = relative(root, path);
  return below.startsWith('..') ? mountPoint : join(mountPoint, below);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  if (!(pid > 0)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** @returns whether it is gone */
function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  return true;
}
