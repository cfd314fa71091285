import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from './command-error';

/**
 * Writes a file whole or not at all: beside its place first, then renamed, so that nobody ever reads half of it and
 * two runs at once do not mix. Makes the folders above it.
 *
 * @throws CommandError where the file cannot be written
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(aside, content).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(dirname(path), { recursive: true }); // only now: of thousands of files most find their folder
      await writeFile(aside, content);
    });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined); // what went wrong first is what counts
    throw new CommandError(
      `Cannot write ${path} (${(error as NodeJS.ErrnoException).code ?? error}).`,
      'Check the permissions and the space left on the disk, or choose another folder with --out.',
      { cause: error },
    );
  }
}
