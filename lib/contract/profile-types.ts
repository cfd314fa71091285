/** The type of a profile. The set is open: a newer sampler may write types that this version does not know. */
export type ProfileType = string;

/** The profile types of the sampler, as keys and the environment name them. The others are the user's own. */
export const PROFILE_TYPES: readonly ProfileType[] = [
  'wall',
  'heap',
  'alloc',
  'init',
  'wait',
  'loop',
  'async',
  'thread',
  'worker',
  'gc',
];

/** In the environment: the profiles that the user's code defines. In keys each has its name, `custom.<name>`. */
export const CUSTOM_PROFILES = 'custom';

/** The default profile types, in the form of the environment variable. */
export const DEFAULT_PROFILES = 'wall,heap,custom';

const PROFILE_TYPE = /^(?:[a-z]+|custom\.[A-Za-z0-9_-]{1,64})$/;

/** Whether `text` may name a profile type in a key. */
export function isProfileType(text: string): boolean {
  return PROFILE_TYPE.test(text);
}

/** Sorts profile types: those that the sampler knows first, in their order, then by name. */
export function compareProfileTypes(a: ProfileType, b: ProfileType): number {
  const rank = (type: string) => {
    const known = PROFILE_TYPES.indexOf(type);
    return known < 0 ? PROFILE_TYPES.length : known;
  };
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The profile type of the user's own profile `name`. */
export function customProfileType(name: string): ProfileType {
  return `${CUSTOM_PROFILES}.${name}`;
}
