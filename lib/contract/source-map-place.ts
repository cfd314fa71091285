/** The place of a script's source map: a separate file, or the script itself, as a data URL. */
export interface SourceMapPlace {
  /** The file, on this machine. */
  readonly file: string;
  /** The same below the folder of the code, with slashes: the map's sources are relative to it. */
  readonly path: string;
  /** Absent: the file is the map. */
  readonly dataUrl?: string;
}

/**
 * The place of the source map of the script at `path`: the file next to it, or the file in the comment at its end.
 * Construct and command search in the same way, so archives and bundles have the same maps.
 *
 * @param find the file at a path below the folder of the code, if there is one
 * @param read the text of a file, if that can be had
 */
export function placeOfSourceMap(
  path: string,
  find: (path: string) => string | undefined,
  read: (file: string) => string | undefined,
): SourceMapPlace | undefined {
  const beside = find(`${path}.map`);
  if (beside !== undefined) return { file: beside, path: `${path}.map` };
  const script = find(path);
  const url = script === undefined ? undefined : sourceMappingUrl(read(script) ?? '');
  if (script === undefined || url === undefined) return undefined;
  if (/^data:/i.test(url)) return { file: script, path, dataUrl: url };
  for (const name of fileNamesOf(url)) {
    const named = besideOf(path, name);
    const file = find(named);
    if (file !== undefined) return { file, path: named };
  }
  return undefined;
}

/**
 * The URL in the comment at the end of a script. Other comments may follow it, such as those with a debug id. The same
 * text further up may be a string in the code.
 */
function sourceMappingUrl(script: string): string | undefined {
  let end = script.length;
  while (end > 0) {
    const start = script.lastIndexOf('\n', end - 1) + 1;
    const line = script.slice(start, end).trim();
    const url = /(?:^|[\s;})])\/[/*][#@]\s?sourceMappingURL=([^\s'"`]+?)\s*(?:\*\/)?$/.exec(line)?.[1];
    if (url !== undefined) return url;
    if (line !== '' && !line.startsWith('//')) return undefined;
    end = start - 1;
  }
  return undefined;
}

/** The path that `name` is, relative to the file at `path`. */
function besideOf(path: string, name: string): string {
  const parts: string[] = [];
  for (const part of [...path.split('/').slice(0, -1), ...name.split('/')]) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The file that a relative URL names: as it is, and as a URL. */
function fileNamesOf(url: string): string[] {
  const path = url.replace(/[?#].*$/, '');
  try {
    return [...new Set([url, path, decodeURIComponent(path)])];
  } catch {
    return [url, path]; // a % that encodes nothing
  }
}

/**
 * The content of a data URL.
 *
 * @throws URIError where it is damaged
 */
export function dataOf(url: string): string {
  const comma = url.indexOf(',');
  const data = decodeURIComponent(url.slice(comma + 1));
  return /;\s*base64\s*$/i.test(url.slice(0, comma)) ? Buffer.from(data, 'base64').toString() : data;
}
