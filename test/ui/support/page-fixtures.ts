import { gzipSync } from 'node:zlib';
import type { Profile } from '../../../profile/model/profile';
import { encodeProfile } from '../../../profile/pprof/encode';
import type { PageData, ProfileSource } from '../../../ui/page-data';
import { foldedProfile, WALL_TYPES } from './folded-profile';

export const HOSTILE = '<img src=x onerror=window.pwned=1></script><script>window.pwned=1</script>';
export const ORDERS = '/var/task/src/orders.ts';

/** Of 100 ms, 40 are idle; in the others the handler parses for 30, renders for 20 and does 10 of its own. */
const folded = foldedProfile(WALL_TYPES, [
  [`handler@${ORDERS};parseOrder@${ORDERS};JSON.parse`, 2, 20e6, 20e6],
  [`handler@${ORDERS};parseOrder@${ORDERS}`, 1, 10e6, 10e6],
  [`handler@${ORDERS};render@/var/task/node_modules/mustache/mustache.js;${HOSTILE}@${ORDERS}`, 2, 20e6, 20e6],
  [`handler@${ORDERS}`, 1, 10e6, 10e6],
  ['(idle)', 4, 0, 40e6],
]);
/** The first two stacks are of a cold start. */
export const wall = {
  ...folded,
  samples: folded.samples.map((sample, i) => ({
    ...sample,
    labels: [{ key: 'cold_start', str: String(i < 2) }, ...(i === 2 ? [{ key: 'tenant', str: HOSTILE }] : [])],
  })),
};
export const heap = foldedProfile(
  [
    { type: 'inuse_objects', unit: 'count' },
    { type: 'inuse_space', unit: 'bytes' },
  ],
  [[`handler@${ORDERS};cache@${ORDERS}`, 3, 3072]],
);
/** Twice the time, of which parsing has none. */
const before = foldedProfile(WALL_TYPES, [
  [`handler@${ORDERS};removed@${ORDERS}`, 4, 40e6, 40e6],
  [`handler@${ORDERS}`, 16, 160e6, 160e6],
]);
const empty = foldedProfile(WALL_TYPES, []);

export const gzipped = (profile: Profile) => gzipSync(encodeProfile(profile));
export const files: { function: string; type: string; bytes: Buffer }[] = [
  { function: 'Checkout', type: 'wall', bytes: gzipped(wall) },
  { function: 'Checkout', type: 'heap', bytes: gzipped(heap) },
  { function: 'Broken', type: 'wall', bytes: gzipped(wall).subarray(0, 60) },
  { function: 'Empty', type: 'wall', bytes: gzipped(empty) },
  { function: 'Before', type: 'wall', bytes: gzipped(before) },
  { function: 'Heap', type: 'wall', bytes: gzipped(heap) },
];

export function pageData(source: (bytes: Buffer, index: number) => { url: string } | { base64: string }): PageData {
  const profiles = files.map(
    ({ bytes, ...names }, i): ProfileSource => ({ stack: 'OrdersStack', ...names, ...source(bytes, i) }),
  );
  return { title: 'OrdersStack', profiles };
}
