import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { scratchFolder } from '../scratch';
import { layersFolder } from './layers';

/** Where Lambda has Node.js. */
export const NODE = '/var/lang/bin/node';

/** What lies where in a function's file system. */
export interface RootContents {
  /** `/var/task` */
  code: string;
  /** Merged into `/opt`. */
  layers: string[];
  /** `/var/lang/bin/node` */
  node: string;
  /** `/var/runtime`, without its modules. */
  runtimeClient: string;
  /** Modules that Lambda has on board. */
  modules: OnBoard[];
  /** Of the function's runtime: `24`. */
  nodeMajor: string;
}

/** A `node_modules` folder, and those of its entries that stand for modules that Lambda has on board. */
export interface OnBoard {
  folder: string;
  entries: string[];
}

/** A function's file system, to be mounted. */
export interface RootFolder {
  /** A skeleton: folders to mount on, and links. */
  folder: string;
  /** File in the format of fstab(5). */
  mountTable: string;
  remove(): void;
}

/**
 * Prepares a file system in which everything lies where Lambda has it. Only `/tmp` can be written to; the machine's own
 * folders are there too, as tools and libraries need them, but not its users' ones.
 */
export function rootFolder(contents: RootContents): RootFolder {
  const scratch = scratchFolder('root');
  const folder = join(scratch, 'root');
  const mounts: Mount[] = [];
  const bind = (source: string, target: string, more: string[] = []) => mounts.push({ source, target, more });
  const make = (path: string) => mkdirSync(join(folder, path), { recursive: true });

  // A file system of its own, into which the others are mounted.
  bind(folder, '/', ['ro']);
  for (const path of ['mnt', 'tmp', 'opt', 'home', 'root', 'var/task', 'var/lang/bin', 'var/runtime/node_modules']) {
    make(path);
  }
  for (const path of ['/', '/var']) {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const from = join(path, entry.name);
      const to = join(folder, from);
      if (existsSync(to) || NOT_OF_THE_HOST.has(from)) continue;
      if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
      if (!entry.isDirectory()) continue;
      make(from);
      bind(from, from, WRITABLE.has(from) ? [] : ['ro']);
    }
  }
  bind(contents.code, '/var/task', ['ro']);
  const opt = contents.layers.length > 0 ? layersFolder(contents.layers) : undefined;
  if (opt !== undefined) bind(opt, '/opt', ['ro']);
  writeFileSync(join(folder, NODE), '');
  bind(realpathSync(contents.node), NODE, ['ro']);
  cpSync(contents.runtimeClient, join(folder, 'var/runtime'), { recursive: true });
  for (const { folder: modules, entries } of contents.modules) {
    // At a place of its own, with its path, so that relative links lead where they should.
    const at = join(HOST_MODULES, resolve(modules));
    make(at);
    bind(modules, at, ['ro']);
    linkPackages(join(folder, 'var/runtime/node_modules'), modules, entries, at);
  }
  linkForEsm(folder, opt, contents.nodeMajor);
  const tmp = join(scratch, 'tmp');
  mkdirSync(tmp);
  chmodSync(tmp, 0o1777);
  bind(tmp, '/tmp');

  const mountTable = join(scratch, 'fstab');
  writeFileSync(mountTable, fstab(mounts, folder));
  return { folder, mountTable, remove: () => rmSync(scratch, { recursive: true, force: true }) };
}

/** What of the machine is not to be seen, beside what is in the skeleton. */
const NOT_OF_THE_HOST = new Set(['/node_modules', '/var/rapid', '/lost+found', '/var/node_modules']);
/** What is no folder on a disk. */
const WRITABLE = new Set(['/dev', '/proc', '/sys']);
const HOST_MODULES = '/var/runtime/node_modules/.host';

/**
 * Lambda's Node.js finds packages for ES modules in the folders of NODE_PATH too. Here a folder above all code has links
 * to all of them, which resolve to where they are.
 */
function linkForEsm(root: string, opt: string | undefined, nodeMajor: string): void {
  const modules = join(root, 'node_modules');
  mkdirSync(modules);
  const layered = opt === undefined ? [] : [`nodejs/node${nodeMajor}/node_modules`, 'nodejs/node_modules'];
  for (const path of layered) {
    const folder = join(opt ?? '', path);
    if (existsSync(folder)) linkPackages(modules, folder, readdirSync(folder), join('/opt', path));
  }
  const onBoard = join(root, 'var/runtime/node_modules');
  linkPackages(modules, onBoard, readdirSync(onBoard), '/var/runtime/node_modules');
}

/** Adds a link to each package of `source` that is not in `target` yet. */
function linkPackages(target: string, source: string, names: string[], sourceInside: string): void {
  for (const name of names.filter((each) => !each.startsWith('.'))) {
    if (!name.startsWith('@')) {
      link(join(sourceInside, name), join(target, name));
      continue;
    }
    mkdirSync(join(target, name), { recursive: true });
    for (const scoped of readdirSync(join(source, name))) {
      link(join(sourceInside, name, scoped), join(target, name, scoped));
    }
  }
}

function link(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    // One that came before counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

interface Mount {
  source: string;
  /** In the function's file system. */
  target: string;
  /** Options. */
  more: string[];
}

function fstab(mounts: Mount[], root: string): string {
  const locked = lockedOptions(readFileSync('/proc/self/mountinfo', 'utf8'));
  const lines = mounts.map(({ source, target, more }) => {
    // A user other than root has to keep what restricts the file system that it comes from.
    const options = ['rbind', ...(more.length > 0 ? [...more, ...locked(source)] : [])].join(',');
    return `${encodePath(source)} ${encodePath(join(root, target))} none ${options} 0 0\n`;
  });
  return lines.join('');
}

const NO_MOUNT: { point: string; kept: string[] } = { point: '', kept: [] };

/** Of the file system that a path is in: `nosuid`, `nodev`, `noexec`. */
export function lockedOptions(mountInfo: string): (path: string) => string[] {
  const points = mountInfo.split('\n').flatMap((line) => {
    const [, , , , point, options] = line.split(' ');
    if (point === undefined || options === undefined) return [];
    const kept = options.split(',').filter((option) => ['nosuid', 'nodev', 'noexec'].includes(option));
    return [{ point: decodePath(point), kept }];
  });
  return (path) => {
    const real = realpathSync(path);
    const inside = points.filter(({ point }) => real === point || real.startsWith(point === '/' ? '/' : `${point}/`));
    // Of those at the same place, the last is on top.
    const deepest = inside.reduce((best, each) => (each.point.length >= best.point.length ? each : best), NO_MOUNT);
    return deepest.kept;
  };
}

function encodePath(path: string): string {
  return path.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function decodePath(path: string): string {
  return path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
