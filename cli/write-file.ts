import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from './command-error';

/**
 * Writes a file whole or not at all: beside its place first, then renamed, so that nobody ever reads half of it and
 * two runs at once do not mix. Makes the folders above it.
 *
 * Without the thread pool: `fetch` writes thousands of small files, and each of the four steps of one would take longer
 * to hand over than to do.
 *
 * @param content - all of it, or its parts, one after the other
 * @throws CommandError where the file cannot be written
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

/** The error where a file or folder cannot be written. */
export function unwritable(path: string, error: unknown): CommandError {
  return new CommandError(
    `Cannot write ${path} (${(error as NodeJS.ErrnoException).code ?? error}).`,
    'Check the permissions and the space left on the disk, or choose another folder with --out.',
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
    // What went wrong first is what counts.
  }
}
