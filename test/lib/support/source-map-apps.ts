import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App } from 'aws-cdk-lib';
import type { BundlingOptions } from 'aws-cdk-lib/aws-lambda-nodejs';
import { afterAll, beforeAll, expect } from 'vitest';
import type { ProfiledFunctionProps } from '../../../lib';
import { ARCHIVE_EXTENSION } from '../../../lib/contract/source-maps';
import { temporaryFolder } from '../../support/temporary-folder';
import './setup';

/** The folder of a project with one function; it goes with the tests of the file. */
export const root = temporaryFolder("profiled-fn's maps");
/** The function. */
export const entry = join(root, 'price.ts');

const { PATH } = process.env;
beforeAll(() => {
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(entry, 'export const handler = async (net: number): Promise<number> => net * 1.19;\n');
  // CDK runs esbuild by npx, which takes most of a second each time.
  executable(
    'npx',
    `require('node:child_process').execFileSync('esbuild', process.argv.slice(4), { stdio: 'inherit' });`,
  );
  process.env.PATH = [root, join(import.meta.dirname, '../../../node_modules/.bin'), PATH].join(delimiter);
});
afterAll(() => {
  process.env.PATH = PATH;
});

/** Puts a program on the path. */
export function executable(name: string, script: string): string {
  const file = join(root, name);
  writeFileSync(file, `#!${process.execPath}\n${script}`);
  chmodSync(file, 0o755);
  return file;
}

let apps = 0;

/** An app with an assembly of its own. */
export function newApp(context?: Record<string, unknown>): App {
  return new App({ outdir: join(root, `app ${apps++}`, 'cdk.out'), context });
}

/** The props of the project's function. */
export function bundled(bundling: BundlingOptions = {}): ProfiledFunctionProps {
  return { entry, projectRoot: root, depsLockFilePath: join(root, 'package-lock.json'), bundling };
}

/** The maps in all archives of an app, parsed. */
export function archivesOf(folder: string): Record<string, { sources: string[]; sourcesContent?: string[] }>[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ARCHIVE_EXTENSION))
    .map((name) => {
      const { version, maps } = JSON.parse(gunzipSync(readFileSync(join(folder, name))).toString());
      expect(version).toBe(1);
      return Object.fromEntries(Object.entries<string>(maps).map(([path, text]) => [path, JSON.parse(text)]));
    });
}
