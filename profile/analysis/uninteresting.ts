import type { Location, Profile } from '../model/profile';
import { LinearPattern } from './linear-pattern/linear-pattern';
import { PatternError } from './linear-pattern/pattern-error';

/** What of a profile's locations its `drop_frames` names. */
export interface Uninteresting {
  /** For each location how many of its lines go, from the innermost on; all: the whole location. */
  lines: Int32Array;
  /** How many functions are named. */
  functions: number;
}

/** Why `drop_frames` is not applied, as a clause. */
export interface Unusable {
  problem: string;
}

/**
 * What `drop_frames` names, unless `keep_frames` does. Go's pprof, too, shows all where these are no patterns.
 *
 * @returns undefined: nothing is named
 */
export function uninteresting(
  { dropFrames, keepFrames }: Pick<Profile, 'dropFrames' | 'keepFrames'>,
  locations: readonly Location[],
): Uninteresting | Unusable | undefined {
  if (dropFrames === '') return undefined;
  try {
    const drop = new LinearPattern(dropFrames);
    const keep = keepFrames === '' ? undefined : new LinearPattern(keepFrames);
    const dropped = new Map<string, boolean>();
    const isDropped = (name: string): boolean => {
      const simple = simpleName(name);
      const known = dropped.get(simple) ?? (drop.matches(simple) && keep?.matches(simple) !== true);
      dropped.set(simple, known);
      return known;
    };
    const lines = Int32Array.from(
      locations,
      (location) => 1 + location.lines.findLastIndex(({ fn }) => fn.name !== '' && isDropped(fn.name)),
    );
    const functions = [...dropped.values()].filter(Boolean).length;
    return functions === 0 ? undefined : { lines, functions };
  } catch (error) {
    if (error instanceof PatternError) return { problem: error.message };
    throw error;
  }
}

/** A name without its parameters, as patterns are written for; what begins with a bracket of its own keeps that. */
function simpleName(name: string): string {
  const plain = name.startsWith('.') ? name.slice(1) : name;
  for (const { 0: found, index } of plain.matchAll(/\(anonymous namespace\)|operator\(\)|\(/g)) {
    if (found === '(') return plain.slice(0, index);
  }
  return plain;
}

/**
 * From which index on a stack, leaf first, is of interest: the outermost location that is named goes, with all that it
 * calls, but not those before the first that is not named: of a stack of nothing else all stays.
 *
 * @param linesGone - of the location at an index of the stack
 * @param isWhole - whether these are all of its lines
 */
export function firstOfInterest(
  start: number,
  end: number,
  linesGone: (at: number) => number,
  isWhole: (at: number) => boolean,
): number {
  let foundUser = false;
  for (let at = end - 1; at >= start; at--) {
    if (linesGone(at) === 0) foundUser = true;
    else if (foundUser) return isWhole(at) ? at + 1 : at;
  }
  return start;
}

/** A profile without what it names as uninteresting. */
export interface Interesting {
  profile: Profile;
  /** How many functions are left out. */
  functions: number;
  /** Why nothing is left out, where something should be. */
  problem?: string;
}

/**
 * `profile` as Go's pprof shows it: without the frames that its `drop_frames` names, and what they call.
 *
 * @see https://pkg.go.dev/github.com/google/pprof/profile#Profile.RemoveUninteresting
 */
export function removeUninteresting(profile: Profile): Interesting {
  if (profile.dropFrames === '') return { profile, functions: 0 };
  const locations = [...new Set(profile.samples.flatMap((sample) => sample.locations))];
  const found = uninteresting(profile, locations);
  if (!found) return { profile, functions: 0 };
  if ('problem' in found) return { profile, functions: 0, problem: found.problem };
  const gone = new Map(locations.map((location, i) => [location, found.lines[i]]));
  const trimmed = new Map(
    locations.map((location): [Location, Location] => {
      const lines = gone.get(location) as number;
      const isPart = lines > 0 && lines < location.lines.length;
      return [location, isPart ? { ...location, lines: location.lines.slice(lines) } : location];
    }),
  );
  const samples = profile.samples.map((sample) => {
    const stack = sample.locations;
    const linesGone = (at: number) => gone.get(stack[at] as Location) as number;
    const first = firstOfInterest(0, stack.length, linesGone, (at) => linesGone(at) === stack[at]?.lines.length);
    return { ...sample, locations: stack.slice(first).map((location) => trimmed.get(location) as Location) };
  });
  return { profile: { ...profile, samples }, functions: found.functions };
}
