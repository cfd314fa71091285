import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A Node.js to measure with. */
export interface NodeBinary {
  path: string;
  /** For example `24.21.0`. */
  version: string;
  /** The Lambda runtime that has it: `nodejs24.x`. */
  runtime: string;
}

/** Packages that benches compare with or run on, next to this repository's own: those of the conformance tests. */
const CONFORMANCE = join(import.meta.dirname, '../test/conformance');

/** The `node_modules` of a folder there, installed if they are not. */
export function conformanceModules(folder: 'node' | 'wrappers'): string {
  const modules = join(CONFORMANCE, folder, 'node_modules');
  if (!existsSync(modules)) {
    const prefix = join(CONFORMANCE, folder);
    execFileSync('npm', ['ci', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund'], { stdio: 'ignore' });
  }
  return modules;
}

/**
 * @param name a path, or a major version: that of the Node.js that runs the bench, or `22` or `24` for one from npm
 * @throws where it is not an executable Node.js
 */
export function nodeBinary(name: string): NodeBinary {
  const path = /^\d+$/.test(name) ? pathOf(name) : name;
  const version = execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
  return { path, version, runtime: `nodejs${version.split('.')[0]}.x` };
}

function pathOf(major: string): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  return join(conformanceModules('node'), `node${major}/bin/node`);
}
