import { customProfileType } from '../../lib/contract/profile-types';
import type { Label, ValueType } from '../../profile/model/profile';
import { nowEpochMs, timed } from '../clock';
import type { FunctionIdentity } from '../function-identity';
import { logOnce } from '../log';
import { captureOrigin, type Origin, type StackFrame } from '../stacks/origin';
import type { StackFrames } from '../stacks/stack-frames';
import { type StackEntry, stackProfile } from '../stacks/stack-profile';
import type { Snapshot } from '../upload/snapshot';

/** Profiles of the user's own in an instance's life. */
const MAX_PROFILES = 16;
/** Objects of one profile that are counted at a time; each has a stack of 1 to 3 KB until the next snapshot. */
const MAX_OBJECTS = 2_000;
/** Different stacks that count under one name between two snapshots. */
const MAX_STACKS = 1_000;
/** Calls of `count` whose stacks wait to be looked at. */
const MAX_WAITING = 256;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_UNIT_LENGTH = 64;
/** Sums of some thousands of such values are exact still. */
const MAX_VALUE = 2 ** 40;

/** Whether a profile is of objects that are there, or of what has been counted. */
type Kind = 'objects' | 'counts';

/** A value, and where it came from. */
interface Entry {
  readonly origin: Origin;
  readonly value: number;
}

/** Values that came from one stack. */
interface Sum {
  readonly frames: readonly StackFrame[];
  count: number;
  value: number;
}

interface CustomProfile {
  readonly name: string;
  readonly kind: Kind;
  /** Empty: objects without a value of their own. */
  readonly unit: string;
  readonly entries: Map<object, Entry>;
  waiting: Entry[];
  sums: Map<string, Sum>;
  dropped: number;
}

/** Profiles that the user's code fills itself: objects that it holds, or values that it counts, by stack. */
export class CustomProfiles {
  readonly #stackFrames: StackFrames;
  readonly #profiles = new Map<string, CustomProfile>();
  #since = nowEpochMs();
  #stopped = false;

  constructor(stackFrames: StackFrames) {
    this.#stackFrames = stackFrames;
  }

  /** Lets go of everything, and takes nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#profiles.clear();
  }

  /** `object` is there from now on; another time it is there with another value. */
  add(name: unknown, unit: unknown, object: unknown, value: unknown): void {
    const profile = this.#profile(name, 'objects', unit);
    if (!profile || !isObject(object)) return;
    if (profile.entries.size >= MAX_OBJECTS && !profile.entries.has(object)) profile.dropped++;
    else profile.entries.set(object, { origin: captureOrigin(undefined), value: numberOf(value) });
  }

  remove(name: unknown, object: unknown): void {
    if (isObject(object)) this.#profiles.get(name as string)?.entries.delete(object);
  }

  count(name: unknown, unit: unknown, value: unknown): void {
    const profile = this.#profile(name, 'counts', unit);
    if (!profile) return;
    profile.waiting.push({ origin: captureOrigin(undefined), value: numberOf(value) });
    if (profile.waiting.length >= MAX_WAITING) this.#sumUp(profile);
  }

  /** The objects that are there, and what was counted since the last call. */
  take(identity: FunctionIdentity, labels: readonly Label[]): Snapshot[] {
    const span = { startMs: this.#since, endMs: nowEpochMs() };
    this.#since = span.endMs;
    return [...this.#profiles.values()].flatMap((profile) => {
      const { result: entries, ms } = timed(() => this.#entriesOf(profile, labels));
      if (entries.length === 0) return [];
      if (profile.dropped > 0) tellOfDropped(profile);
      const converted = timed(() => stackProfile(sampleTypesOf(profile), entries, span, identity));
      return [
        { type: customProfileType(profile.name), profile: converted.result, ...span, convertMs: ms + converted.ms },
      ];
    });
  }

  #entriesOf(profile: CustomProfile, labels: readonly Label[]): StackEntry[] {
    if (profile.kind === 'counts') {
      this.#sumUp(profile);
      const sums = [...profile.sums.values()];
      profile.sums = new Map();
      return sums.map(({ frames, count, value }) => ({ frames, values: [count, value], labels }));
    }
    const objects = [...profile.entries.values()];
    this.#stackFrames.fill(objects.map(({ origin }) => origin));
    return objects.map(({ origin, value }) => ({
      frames: callersOf(origin),
      values: profile.unit ? [1, value] : [1],
      labels,
    }));
  }

  #sumUp(profile: CustomProfile): void {
    this.#stackFrames.fill(profile.waiting.map(({ origin }) => origin));
    for (const { origin, value } of profile.waiting) {
      const frames = callersOf(origin);
      const key = frames
        .map(({ frame, line }) => `${frame.url}:${frame.lineNumber}:${frame.columnNumber}:${line}`)
        .join();
      const sum = profile.sums.get(key) ?? { frames, count: 0, value: 0 };
      if (sum.count === 0 && profile.sums.size >= MAX_STACKS) {
        profile.dropped++;
        continue;
      }
      sum.count++;
      sum.value += value;
      profile.sums.set(key, sum);
    }
    profile.waiting = [];
  }

  /** Whatever the user's code passes, nothing is thrown. */
  #profile(name: unknown, kind: Kind, unit: unknown): CustomProfile | undefined {
    if (this.#stopped) return undefined;
    const known = this.#profiles.get(name as string);
    if (known?.kind === kind) return known;
    const cause = problemOf(name, known, this.#profiles.size);
    if (cause) {
      logOnce('custom-profile-refused', {
        message: `The profile "${typeof name === 'string' ? name.slice(0, 64) : typeof name}" is left out.`,
        cause,
        remedy: `Use at most ${MAX_PROFILES} names of A-Z a-z 0-9 _ -, each for objects or for counts.`,
      });
      return undefined;
    }
    const own = typeof unit === 'string' ? unit.slice(0, MAX_UNIT_LENGTH) : '';
    const profile: CustomProfile = {
      name: String(name),
      kind,
      unit: own || (kind === 'counts' ? 'count' : ''),
      entries: new Map(),
      waiting: [],
      sums: new Map(),
      dropped: 0,
    };
    this.#profiles.set(profile.name, profile);
    return profile;
  }
}

function problemOf(name: unknown, known: CustomProfile | undefined, profiles: number): string | undefined {
  if (typeof name !== 'string' || !NAME.test(name)) return 'its name is none that a key in the bucket may have';
  if (known) return `it is a profile of ${known.kind} already`;
  return profiles >= MAX_PROFILES ? `there are ${MAX_PROFILES} others already` : undefined;
}

function tellOfDropped({ name, dropped }: CustomProfile): void {
  logOnce(`custom-profile-full-${name}`, {
    message: `The profile "${name}" is not complete: ${dropped} found no room.`,
    cause: `there is room for ${MAX_OBJECTS} objects, or ${MAX_STACKS} different stacks`,
    remedy: 'Remove objects when they are gone, or count sums rather than single values.',
  });
}

function sampleTypesOf({ kind, unit }: CustomProfile): ValueType[] {
  const counted = { type: kind === 'objects' ? 'objects' : 'samples', unit: 'count' };
  return unit ? [counted, { type: 'value', unit }] : [counted];
}

/** Without the copy of `profiled-fn/runtime` in the user's bundle, which has called. */
function callersOf({ frames = [] }: Origin): readonly StackFrame[] {
  return frames.slice(1);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Amounts are whole in pprof, and finite. */
function numberOf(value: unknown): number {
  try {
    const number = Number(value);
    return Number.isFinite(number) ? Math.max(-MAX_VALUE, Math.min(MAX_VALUE, number)) : 0;
  } catch {
    return 0; // a symbol, or what will not be one
  }
}
