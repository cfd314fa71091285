import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const goModule = join(import.meta.dirname, '..', 'go');

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

/**
 * Installs the packages that a folder's own package-lock.json names, unless they are there: its `node_modules`.
 *
 * @param folder below test/conformance
 */
export async function installNodeModules(folder: string): Promise<string> {
  const prefix = join(import.meta.dirname, '..', folder);
  const installed = join(prefix, 'node_modules');
  if (!existsSync(join(installed, '.package-lock.json'))) {
    await run('npm', ['ci', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  return installed;
}

/** The Node.js of one of Lambda's runtimes that is not the one that runs this, from npm: its executable. */
export async function installNode(major: 22 | 24 | 26): Promise<string> {
  return join(await installNodeModules('node'), `node${major}/bin/node`);
}
