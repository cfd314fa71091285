import { gzipSync } from 'node:zlib';
import { emptyProfile, type Label, type Location, type Profile, type Sample } from '../../../profile/model/profile';
import { encodeProfile } from '../../../profile/pprof/encode';
import { durationBucketMs } from '../../../runtime/invocations/invocation-labels';

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

/** An invocation that is all in one function, which is named after how long it took. */
export interface Invocation {
  ms: number;
  error?: boolean;
  /** Id of the request, where the record has one. */
  requestId?: string;
}

/**
 * A snapshot of invocations of different durations, one a second, as the runtime writes it; `ranked` of them have a rank.
 */
export function invocationsProfile(invocations: Invocation[], ranked = 8, start = '2026-11-22T10:00:00Z'): Profile {
  const longestFirst = invocations.map(({ ms }) => ms).sort((a, b) => b - a);
  const location = (name: string): Location => ({
    address: 0,
    isFolded: false,
    lines: [{ fn: { name, systemName: '', filename: '/var/task/index.js', startLine: 1 }, line: 1, column: 0 }],
  });
  const samples = invocations.flatMap(({ ms, error = false, requestId }, i): Sample[] => {
    const rank = longestFirst.indexOf(ms) + 1;
    const labels: Label[] = [
      { key: 'phase', str: 'invoke' },
      { key: 'cold_start', str: String(i === 0) },
      { key: 'outcome', str: error ? 'error' : 'ok' },
      { key: 'duration', num: durationBucketMs(ms * 1000), unit: 'milliseconds' },
      ...(rank <= ranked ? [{ key: 'slowest', num: rank, unit: '' }] : []),
    ];
    const began = BigInt(Date.parse(start) + i * 1000) * 1_000_000n;
    const times: Label[] = [
      { key: 'start', num: began, unit: 'nanoseconds' },
      { key: 'wall', num: ms * 1e6, unit: 'nanoseconds' },
      { key: 'cpu', num: ms * 1e6, unit: 'nanoseconds' },
    ];
    const ids: Label[] = requestId === undefined ? [] : [{ key: 'request_id', str: requestId }];
    return [
      { locations: [location(`of${ms}ms`)], values: [1, ms * 1e6, ms * 1e6], labels },
      { locations: [], values: [0, 0, 0], labels: [...times, ...ids, ...labels] },
    ];
  });
  return { ...wallProfile({ start }), samples };
}

/** A profile as an object in the bucket. */
export function packed(profile: Profile): Buffer {
  return gzipSync(encodeProfile(profile));
}
