import { displayName } from '../model/frame-name';
import type { Fn, Line, Location, Profile } from '../model/profile';
import { filterSamples } from './filter';

/** Which stacks, and which of their frames, are of interest. A frame matches by its function's name or by its file. */
export interface FramePatterns {
  /** Only stacks in which a frame matches. */
  focus?: RegExp;
  /** No stack in which a frame matches. */
  ignore?: RegExp;
  /** Takes matching frames out of their stacks; a stack of nothing else goes. */
  hide?: RegExp;
  /** Takes the callers of the outermost matching frame away; stacks without one go. */
  showFrom?: RegExp;
}

/**
 * `profile` as Go's pprof would show it with the options of the same names, in the same order: focus and ignore see the
 * whole stack, then frames are hidden, and the rest begins where `showFrom` matches.
 *
 * Unlike there the mapping's file counts only where a location has no function: ours is the name of the Lambda function,
 * which would match for every frame.
 *
 * @see https://github.com/google/pprof/blob/main/profile/filter.go
 */
export function filterFrames(profile: Profile, { focus, ignore, hide, showFrom }: FramePatterns): Profile {
  let result = profile;
  if (focus) {
    const matches = locationMatcher(focus);
    result = filterSamples(result, ({ locations }) => locations.some(matches));
  }
  if (ignore) {
    const matches = locationMatcher(ignore);
    result = filterSamples(result, ({ locations }) => !locations.some(matches));
  }
  if (hide) result = mapStacks(result, hidden(hide));
  if (showFrom) result = mapStacks(result, shownFrom(showFrom));
  return result;
}

/** `profile` with other stacks; samples whose stack becomes empty go. */
function mapStacks(profile: Profile, change: (stack: Location[]) => Location[]): Profile {
  const samples = profile.samples.map((sample) => ({ ...sample, locations: change(sample.locations) }));
  return { ...profile, samples: samples.filter(({ locations }) => locations.length > 0) };
}

function hidden(pattern: RegExp): (stack: Location[]) => Location[] {
  const matches = functionMatcher(pattern);
  const without = memoize((location: Location): Location | undefined => {
    if (location.lines.length === 0) return mappingMatches(pattern, location) ? undefined : location;
    const lines = location.lines.filter(({ fn }) => !matches(fn));
    return lines.length > 0 ? withLines(location, lines) : undefined;
  });
  return (stack) => stack.flatMap((location) => without(location) ?? []);
}

function shownFrom(pattern: RegExp): (stack: Location[]) => Location[] {
  const matches = functionMatcher(pattern);
  /** The location up to its outermost matching line; undefined: none matches. */
  const beginning = memoize((location: Location): Location | undefined => {
    if (location.lines.length === 0) return mappingMatches(pattern, location) ? location : undefined;
    const outermost = location.lines.findLastIndex(({ fn }) => matches(fn));
    return outermost >= 0 ? withLines(location, location.lines.slice(0, outermost + 1)) : undefined;
  });
  return (stack) => {
    const outermost = stack.findLastIndex((location) => beginning(location));
    const first = stack[outermost] && beginning(stack[outermost]);
    return first ? [...stack.slice(0, outermost), first] : [];
  };
}

function withLines(location: Location, lines: Line[]): Location {
  return lines.length === location.lines.length ? location : { ...location, lines };
}

function locationMatcher(pattern: RegExp): (location: Location) => boolean {
  const matches = functionMatcher(pattern);
  return memoize((location: Location) =>
    location.lines.length > 0 ? location.lines.some(({ fn }) => matches(fn)) : mappingMatches(pattern, location),
  );
}

function functionMatcher(pattern: RegExp): (fn: Fn) => boolean {
  return memoize((fn: Fn) => pattern.test(displayName(fn)) || pattern.test(fn.filename));
}

function mappingMatches(pattern: RegExp, { mapping }: Location): boolean {
  return mapping !== undefined && pattern.test(mapping.filename);
}

/** `answer`, found once for each thing: a profile has few locations and many stacks of them. */
function memoize<T, R>(answer: (thing: T) => R): (thing: T) => R {
  const answers = new Map<T, R>();
  return (thing) => {
    if (!answers.has(thing)) answers.set(thing, answer(thing));
    return answers.get(thing) as R;
  };
}
