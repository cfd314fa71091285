import { readFile, rm } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { MERGED_FILE_ENDING, SOURCES_FILE_ENDING } from '../../lib/contract/merged-files';
import type { Profile } from '../../profile/model/profile';
import { sourceTexts } from '../../profile/symbols/source-text';
import { writeWhole } from '../files/write-file';
import { formatCount } from '../terminal/format';
import { BundleFolder } from './code-bundle';
import { textLimits } from './symbolizer';

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** JSON writes a character in six bytes at most. */
const maxBytes = 6 * (textLimits.total + 2 ** 20);

/** Where the text of a merged profile's source files lies: next to it. */
function fileBeside(profileFile: string): string {
  return `${profileFile.slice(0, -MERGED_FILE_ENDING.length)}${SOURCES_FILE_ENDING}`;
}

/** Whether a file is named as those that `keepSources` puts beside profiles. */
export function isSourcesFile(path: string): boolean {
  return path.endsWith(SOURCES_FILE_ENDING);
}

/**
 * Keeps the text of source files next to the merged profile that names them, for later views: a gzipped
 * JSON object, texts by the names of their files in the profile. If there is no text, what was there before goes.
 *
 * @throws CommandError if it cannot be written
 */
export async function keepSources(profileFile: string, sources: ReadonlyMap<string, string>): Promise<void> {
  const file = fileBeside(profileFile);
  if (sources.size === 0) await rm(file, { force: true });
  else await writeWhole(file, await gzipAsync(JSON.stringify(Object.fromEntries(sources))));
}

/**
 * The text of the source files of a profile that was read from a file: what was kept next to it, and otherwise files in
 * `folder` that have these names, if there is a folder. A profile may come from anybody, and may name anything: only
 * source code below the folder is read, and nothing whose path has a part that begins with a dot.
 */
export async function sourcesAtHand(
  profileFile: string,
  profile: Profile,
  folder?: string,
): Promise<Map<string, string>> {
  const kept = await keptSources(profileFile);
  const textOf = folder === undefined ? () => undefined : textsBelow(folder);
  return sourceTexts(profile, (file) => kept.get(file) ?? textOf(file), textLimits);
}

/**
 * The same for a page that may be given away: somebody else's profile must not choose which files of this computer go
 * with it. So of the files in the folder there is only a note, unless they are asked for.
 */
export async function sourcesForPage(
  profileFile: string,
  profile: Profile,
  folder: string,
  { embedSources, note }: { embedSources?: boolean; note(line: string): void },
): Promise<Map<string, string>> {
  const all = await sourcesAtHand(profileFile, profile, folder);
  if (embedSources) return all;
  const kept = await sourcesAtHand(profileFile, profile);
  const left = [...all.keys()].filter((file) => !kept.has(file)).length;
  if (left > 0) {
    note(
      `Note: the text of ${formatCount(left, 'source file')} in this folder is not in the page; --embed-sources adds it.`,
    );
  }
  return kept;
}

function textsBelow(folder: string): (file: string) => string | undefined {
  const here = new BundleFolder(folder);
  return (file) => {
    const path = isAbsolute(file) ? relative(folder, file) : file;
    return isSourceCode(path) ? here.textOf(path) : undefined;
  };
}

/** Damaged or foreign: as good as absent. */
async function keptSources(profileFile: string): Promise<Map<string, string>> {
  if (!profileFile.endsWith(MERGED_FILE_ENDING)) return new Map();
  try {
    const inflated = await gunzipAsync(await readFile(fileBeside(profileFile)), { maxOutputLength: maxBytes });
    const texts: unknown = JSON.parse(inflated.toString());
    const entries = Object.entries(Object(texts));
    return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}

function isSourceCode(path: string): boolean {
  return (
    /\.([cm]?[jt]sx?|go|rs|py|java|kt|cs|rb|php|c|cc|cpp|h|hpp|swift|scala)$/.test(path) && !/(^|[\\/])\./.test(path)
  );
}
