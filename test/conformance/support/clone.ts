import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');

/** What the constructs, their tests and their build read. */
const FOLDERS = ['assets', 'cli', 'docs', 'examples', 'lib', 'local', 'profile', 'runtime', 'test/lib', 'test/support'];
const FILES = ['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts'];
const SCRIPTS = ['test/conformance/support/shop-app.ts', 'test/conformance/cdk-versions/mixed-app.ts'];
/** Packages with constructs: as copies, so that they find the same CDK as the tests. */
const WITH_CONSTRUCTS = ['amazon-cognito-passwordless-auth', 'cdk-nag'];

/**
 * Makes `folder` a copy of this repository with another CDK.
 *
 * @param versions - folder of the package.json that names it, and of what else is wanted from npm. It is installed there.
 */
export async function cloneWithCdk(folder: string, versions: string): Promise<void> {
  await promisify(execFile)('npm', ['ci', '--prefix', versions]);
  const isSource = (path: string) => !/\/(node_modules|cdk\.out)$|\/lib\/[\w-]+\.(js|d\.ts)$/.test(path);
  for (const name of FOLDERS) cpSync(join(root, name), join(folder, name), { recursive: true, filter: isSource });
  for (const name of [...FILES, ...SCRIPTS]) cpSync(join(root, name), join(folder, name));

  const theirs = packagesIn(join(versions, 'node_modules'));
  const others = packagesIn(join(root, 'node_modules')).filter((name) => !theirs.includes(name));
  for (const name of theirs) link(join(versions, 'node_modules', name), join(folder, 'node_modules', name));
  for (const name of others) {
    const [from, to] = [join(root, 'node_modules', name), join(folder, 'node_modules', name)];
    if (WITH_CONSTRUCTS.includes(name)) cpSync(from, to, { recursive: true });
    else link(from, to);
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** Their commands, too. */
function packagesIn(nodeModules: string): string[] {
  return readdirSync(nodeModules)
    .filter((name) => name === '.bin' || !name.startsWith('.'))
    .flatMap((name) =>
      /^(@|\.bin$)/.test(name) ? readdirSync(join(nodeModules, name)).map((each) => `${name}/${each}`) : [name],
    );
}
