import { describe, expect, it } from 'vitest';
import {
  CUSTOM_PROFILES,
  compareProfileTypes,
  DEFAULT_PROFILES,
  isProfileType,
  PROFILE_TYPES,
} from '../../lib/contract/profile-types';
import { ProfileType } from '../../lib/profiling-options';

describe('PROFILE_TYPES', () => {
  it('are those that the construct offers, beside the user’s own', () => {
    expect(Object.values(ProfileType)).toEqual([...PROFILE_TYPES, CUSTOM_PROFILES]);
  });

  it('has those that are on by default', () => {
    expect(Object.values(ProfileType)).toEqual(expect.arrayContaining(DEFAULT_PROFILES.split(',')));
  });

  it('may stand in keys', () => {
    expect(PROFILE_TYPES.every(isProfileType)).toBe(true);
  });
});

describe('compareProfileTypes', () => {
  it('puts what everybody knows first', () => {
    const types = ['zeta', 'custom.b', 'init', 'wall', 'custom.a', 'heap'];
    expect(types.sort(compareProfileTypes)).toEqual(['wall', 'heap', 'init', 'custom.a', 'custom.b', 'zeta']);
  });
});
