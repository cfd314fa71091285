import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE_NAME = 'profiled-fn';

/**
 * Path of a file that `scripts/bundle.mjs` makes and the package ships.
 *
 * @param name - path below `assets/`, with slashes: `local/ric-4/index.mjs`
 * @throws where the file is missing: the package has not been bundled
 */
export function assetPath(name: string): string {
  const path = join(packageRoot(), 'assets', ...name.split('/'));
  if (!existsSync(path)) {
    throw new Error(
      `${path} is missing. In a clone of ${PACKAGE_NAME}, run: npm run bundle. Otherwise install ${PACKAGE_NAME} again.`,
    );
  }
  return path;
}

/** The folder of our package.json: this file is at different depths in the sources and in the bundle. */
function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === PACKAGE_NAME) return folder;
    if (folder === dirname(folder)) throw new Error(`No package.json of ${PACKAGE_NAME} in ${start} or above it.`);
  }
}
