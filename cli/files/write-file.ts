import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../terminal/command-error';

/**
 * Writes a file as a whole or not at all: to a temporary file next to it, which is then renamed. So no reader sees a
 * part of it, and two runs at once do not mix. Makes the folders above it.
 *
 * It does not use the thread pool: `fetch` writes thousands of small files, and handing over each of the four steps
 * would take longer than the step.
 *
 * @param content - all of it, or its parts, one after the other
 * @throws CommandError if the file cannot be written
 */
export async function writeWhole(path: string, content: Content): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    write(aside, content);
    renameSync(aside, path);
  } catch (error) {
    removeIfThere(aside);
    throw unwritable(path, error);
  }
}

/** Remedies by the error code of the system. */
const remedies: Record<string, string> = {
  EACCES: 'Check the permissions of the folder',
  EPERM: 'Check the permissions of the folder',
  EROFS: 'The disk can only be read: make it writable',
  ENOSPC: 'Make room on the disk',
  EDQUOT: 'Make room on the disk, your share of it is used up',
  ENOTDIR: 'A part of the path is a file: remove it',
  EEXIST: 'A part of the path is a file: remove it',
  EISDIR: 'There is a folder of that name: remove it',
  ENOTEMPTY: 'There is a folder of that name: remove it',
  ENAMETOOLONG: 'The name is too long: shorten it',
};

/** The error where a file or folder cannot be written. */
export function unwritable(path: string, error: unknown): CommandError {
  const { code } = error as NodeJS.ErrnoException;
  return new CommandError(
    `Cannot write ${path} (${code ?? error}).`,
    `${remedies[code ?? ''] ?? 'Check the permissions and the space left on the disk'}, or choose another place with --out.`,
    { cause: error },
  );
}

type Content = Uint8Array | string | Iterable<string>;

function write(path: string, content: Content): void {
  const file = openInFolder(path);
  try {
    const isWhole = typeof content === 'string' || content instanceof Uint8Array;
    for (const part of isWhole ? [content] : content) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
}

function openInFolder(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true }); // only now: of thousands of files most find their folder
    return openSync(path, 'w');
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first error counts.
  }
}
