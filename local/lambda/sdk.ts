import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedFunction } from '../types';
import { moduleFolders } from './launch';

/**
 * Packages of the AWS SDK that a function's own files load and that are nowhere to be found: Lambda has them on board,
 * and here the project's `node_modules` stand for that.
 *
 * @param folder - where the project is
 */
export function missingSdkPackages(fn: DeployedFunction, folder: string): string[] {
  const places = [
    join(fn.codeDirectory, 'node_modules'),
    ...fn.layerDirectories.flatMap((layer) => [
      join(layer, `nodejs/node${/\d+/.exec(fn.runtime)?.[0]}/node_modules`),
      join(layer, 'nodejs/node_modules'),
    ]),
    ...moduleFolders(folder),
  ];
  const loaded = readdirSync(fn.codeDirectory, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .flatMap(({ name }) => [...readFileSync(join(fn.codeDirectory, name), 'utf8').matchAll(SDK_PACKAGE)])
    .map(([, name = '']) => name);
  return [...new Set(loaded)].filter((name) => !places.some((place) => existsSync(join(place, name)))).sort();
}

/** As a bundler leaves it. */
const SDK_PACKAGE = /\b(?:require\(|import\(|from|import)\s*["'](@(?:aws-sdk|smithy)\/[\w-]+)["'/]/g;
