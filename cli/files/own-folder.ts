import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unwritable, writeWhole } from './write-file';

/** The folder that the command keeps things in where the user names no other. */
export const defaultFolder = '.profiled-fn';

/**
 * Makes the folder for profiles, the cache and source text, and makes git ignore it. An existing folder, such as `--out
 * .`, does not change, unless it has the default name and no `.gitignore` yet.
 *
 * @throws CommandError if it cannot be made
 */
export async function makeOwnFolder(folder: string): Promise<void> {
  const gitignore = join(folder, '.gitignore');
  const isOurs = basename(folder) === defaultFolder ? !existsSync(gitignore) : !existsSync(folder);
  if (!isOurs) return;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritable(folder, error);
  }
  await writeWhole(gitignore, '# Made by profiled-fn: profiles, and source text of profiled functions.\n*\n');
}
