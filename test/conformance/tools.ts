import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const goModule = join(import.meta.dirname, 'go');

/**
 * Builds one of the Go programs that test/conformance/go names.
 *
 * @param to where the executable is put
 */
export async function buildGoTool(path: string, to: string): Promise<void> {
  await run('go', ['build', '-o', to, path], { cwd: goModule });
}

/** Installs a package from PyPI into an environment of its own, and returns the folder of its commands. */
export async function installPythonTool(requirement: string, folder: string): Promise<string> {
  await run('python3', ['-m', 'venv', folder]);
  const commands = join(folder, 'bin');
  await run(join(commands, 'pip'), ['install', '--quiet', '--disable-pip-version-check', requirement]);
  return commands;
}
