import { gzipSync } from 'node:zlib';
import { encodeProfile } from '../../../profile/encode';
import { emptyProfile, type Profile } from '../../../profile/model';

/** A wall profile of one snapshot as the runtime writes it: `render` on the processor, then waiting. */
export function wallProfile({
  cpuMs = 30,
  idleMs = 70,
  start = '2026-11-22T10:00:00Z',
  file = '/var/task/index.js',
} = {}): Profile {
  const profile = emptyProfile([
    { type: 'samples', unit: 'count' },
    { type: 'cpu', unit: 'nanoseconds' },
    { type: 'wall', unit: 'nanoseconds' },
  ]);
  const location = (name: string, filename: string, startLine: number) => ({
    address: 0,
    isFolded: false,
    lines: [{ fn: { name, systemName: '', filename, startLine }, line: startLine, column: 0 }],
  });
  const handler = location('handler', file, 10);
  const render = location('render', file, 42);
  const idle = location('(idle)', '', 0);
  profile.defaultSampleType = 'wall';
  profile.periodType = { type: 'wall', unit: 'nanoseconds' };
  profile.period = 10_000_000;
  profile.timeNanos = BigInt(Date.parse(start)) * 1_000_000n;
  profile.durationNanos = 60_000_000_000;
  profile.samples = [
    { locations: [render, handler], values: [Math.round(cpuMs / 10), cpuMs * 1e6, cpuMs * 1e6], labels: [] },
    { locations: [idle, handler], values: [idleMs / 10, 0, idleMs * 1e6], labels: [] },
  ];
  return profile;
}

/** A profile as an object in the bucket. */
export function packed(profile: Profile): Buffer {
  return gzipSync(encodeProfile(profile));
}
