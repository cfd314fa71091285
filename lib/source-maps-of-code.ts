import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The most that is read of one file, and of all, bytes: what is larger would not fit into a text of JSON. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The source maps of the scripts in a folder, by the path of the script, with slashes: of those beside the script, and
 * of those in it, as the bundler's inline ones are. Those of installed packages are left out: few have one, and a
 * package's code is read as it is.
 */
export function sourceMapsOfCode(folder: string): Record<string, string> {
  const maps: Record<string, string> = {};
  let room = MAX_BYTES;
  for (const file of scriptsIn(folder)) {
    const map = textOf(`${file}.map`) ?? inlineSourceMap(textOf(file) ?? '');
    if (map === undefined || map.length > room) continue;
    maps[relative(folder, file).split(sep).join('/')] = map;
    room -= map.length;
  }
  return maps;
}

function scriptsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : scriptsIn(path);
      return entry.isFile() && /\.[cm]?js$/.test(entry.name) ? [path] : [];
    })
    .sort();
}

/** `undefined` where there is no such file, or one that is too large. */
function textOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
}

/** The map that the comment in the last line of a script holds. */
function inlineSourceMap(script: string): string | undefined {
  const end = script.trimEnd();
  const lastLine = end.slice(end.lastIndexOf('\n') + 1);
  const data = /^\/\/[#@] ?sourceMappingURL=data:application\/json[^,]*;base64,(\S+)$/.exec(lastLine)?.[1];
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
}
