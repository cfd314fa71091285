import { emptyProfile, type Location, type Profile, type ValueType } from '../../../profile/model/profile';

export const WALL_TYPES: ValueType[] = [
  { type: 'samples', unit: 'count' },
  { type: 'cpu', unit: 'nanoseconds' },
  { type: 'wall', unit: 'nanoseconds' },
];

/**
 * A profile of folded stacks: frames from the root to the leaf with `;` between them, and one value for each type. A
 * frame may have a file: `parse@/var/task/src/orders.ts`.
 */
export function foldedProfile(types: ValueType[], stacks: [stack: string, ...values: number[]][]): Profile {
  const locations = new Map<string, Location>();
  const location = (frame: string): Location => {
    const known = locations.get(frame);
    if (known) return known;
    const [name, filename = ''] = frame.split('@');
    const fn = { name, systemName: '', filename, startLine: filename === '' ? 0 : 1 };
    const made = { address: 0, isFolded: false, lines: [{ fn, line: fn.startLine, column: 0 }] };
    locations.set(frame, made);
    return made;
  };
  return {
    ...emptyProfile(types),
    defaultSampleType: types.at(-1)?.type ?? '',
    samples: stacks.map(([stack, ...values]) => ({
      locations: stack.split(';').reverse().map(location),
      values,
      labels: [],
    })),
  };
}
