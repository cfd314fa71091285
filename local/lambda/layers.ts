import {
  constants,
  copyFileSync,
  type Dirent,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { scratchFolder } from '../scratch';

const merged = new Map<string, string>();

/**
 * The folder that is `/opt` with these layers, in the order in which Lambda extracts them: of files with the same path,
 * the later layer's counts. Layers are only merged if there are several; functions with the same ones share the result.
 */
export function layersFolder(layers: string[]): string {
  const folders = layers.map((layer) => resolve(layer));
  const [only] = folders;
  if (only !== undefined && folders.length === 1) return only;
  const key = JSON.stringify(folders);
  const known = merged.get(key);
  if (known !== undefined) return known;
  const target = scratchFolder('opt');
  for (const folder of folders) mergeInto(folder, target);
  merged.set(key, target);
  return target;
}

/** Adds what is in `source`; what is in its way goes, but for folders, which are merged. */
function mergeInto(source: string, target: string): void {
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    const before = lstatSync(to, { throwIfNoEntry: false });
    if (entry.isDirectory()) {
      if (before && !before.isDirectory()) rmSync(to);
      mkdirSync(to, { recursive: true, mode: statSync(from).mode | OWNER_MAY_WRITE });
      mergeInto(from, to);
    } else {
      if (before) rmSync(to, { recursive: true });
      add(entry, from, to);
    }
  }
}

const OWNER_MAY_WRITE = 0o700;

function add(entry: Dirent, from: string, to: string): void {
  if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  if (!entry.isFile()) return;
  try {
    // Takes no time, whatever the size. The file is never written to through it: the function sees /opt read-only.
    linkSync(from, to);
  } catch {
    // Another file system, or one without links.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
}
