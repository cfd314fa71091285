import { emptyProfile, type Profile, type Sample } from '../../../profile/model/profile';
import { at, fn } from './profiles';

const ms = 1e6;

/** What a function leaves that waits for 1,402 ms for workers that compute: see B20. */
export function workerProfile(): Profile {
  const types = ['samples', 'cpu', 'wall'].map((type, i) => ({ type, unit: i === 0 ? 'count' : 'nanoseconds' }));
  const handler = at(fn('handler', '/var/task/index.js', 4));
  const waiting = at(fn('(idle)', '', 0));
  const record: Sample = {
    locations: [],
    values: [0, 0, 0],
    labels: [
      { key: 'start', num: 5, unit: 'nanoseconds' },
      { key: 'wall', num: 1402 * ms, unit: 'nanoseconds' },
      { key: 'cpu', num: 654 * ms, unit: 'nanoseconds' },
    ],
  };
  return {
    ...emptyProfile(types),
    samples: [
      { locations: [handler], values: [3, 24 * ms, 24 * ms], labels: [] },
      { locations: [waiting, handler], values: [140, 0, 1378 * ms], labels: [] },
      record,
    ],
  };
}
