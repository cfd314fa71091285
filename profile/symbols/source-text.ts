import { type StackTable, stacksByLocation, stackTable } from '../analysis/stack-table';
import type { Profile } from '../model/profile';

/** The text of a file, by its name in the profile and the build id of the mapping that it is in. */
export type FindText = (filename: string, buildId: string) => string | undefined;

/** The most that is taken: characters of one file, and of all. */
export interface TextLimits {
  perFile: number;
  total: number;
}

/**
 * The texts of the files that a profile names, those in the most samples first, as far as there are texts within
 * `limits`. Where builds have different texts of a file, the one in the most samples is taken.
 */
export function sourceTexts(
  profile: Profile | StackTable,
  findText: FindText,
  { perFile, total }: TextLimits,
): Map<string, string> {
  const texts = new Map<string, string>();
  let room = total;
  for (const { filename, buildId } of placesBySamples(profile)) {
    if (texts.has(filename)) continue;
    const text = findText(filename, buildId);
    if (text === undefined || text.length > Math.min(perFile, room)) continue;
    texts.set(filename, text);
    room -= text.length;
  }
  return texts;
}

interface Place {
  filename: string;
  buildId: string;
  samples: number;
}

/** Each file of each build, the most sampled first. */
function placesBySamples(profile: Profile | StackTable): Place[] {
  const table = 'stacks' in profile ? profile : stackTable(profile);
  const counts = stacksByLocation(table);
  const places = new Map<string, Place>();
  for (const [i, { lines, mapping }] of table.locations.entries()) {
    const samples = counts[i];
    for (const { fn } of lines) {
      if (fn.filename === '') continue;
      const buildId = mapping?.buildId ?? '';
      const key = `${buildId} ${fn.filename}`;
      const place = places.get(key);
      if (place) place.samples += samples;
      else places.set(key, { filename: fn.filename, buildId, samples });
    }
  }
  return [...places.values()].sort((a, b) => b.samples - a.samples);
}
