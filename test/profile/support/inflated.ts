import { bytes, int, message, strings } from './proto-bytes';

/** A field many times over: the shortest that there is of its kind, in a profile that is whole apart from it. */
export interface InflatedField {
  name: string;
  /** What the error says that there is too much of. */
  refusedFor: string;
  /** A profile that holds the field as often as `size` bytes take. */
  content(size: number): Uint8Array;
}

/** A whole profile but for what is put in. */
const head = (): number[] => [
  ...message(1, int(1, 1), int(2, 2)),
  ...message(5, int(1, 1), int(2, 1)),
  ...message(4, int(1, 1), message(4, int(1, 1))),
  ...strings('wall', 'nanoseconds'),
];

function repeated(size: number, unit: number[]): Uint8Array {
  return Buffer.alloc(size - (size % unit.length), Uint8Array.from(unit));
}

/** A message that holds `unit` over and over, behind `start`. */
function filled(field: number, size: number, unit: number[], start: number[] = []): Uint8Array {
  const body = repeated(size, unit);
  const tag = bytes(int(field, start.length + body.length));
  tag[0] = tag[0] | 2;
  return Buffer.concat([tag, Uint8Array.from(start), body]);
}

const profile = (...parts: Uint8Array[]) => Buffer.concat([bytes(head()), ...parts]);
const topLevel = (unit: number[]) => (size: number) => profile(repeated(size, unit));

/** Each repeated field of the format, packed and not, and what is no repeated one. */
export const inflatedFields: InflatedField[] = [
  { name: 'sample types', refusedFor: 'sample types', content: topLevel(message(1)) },
  { name: 'samples', refusedFor: 'samples', content: topLevel(message(2)) },
  { name: 'samples with a value', refusedFor: 'samples', content: topLevel(message(2, message(2, [0]))) },
  { name: 'mappings', refusedFor: 'mappings', content: topLevel(message(3)) },
  { name: 'locations', refusedFor: 'locations', content: topLevel(message(4)) },
  { name: 'functions', refusedFor: 'functions', content: topLevel(message(5)) },
  { name: 'empty strings', refusedFor: 'strings', content: topLevel(message(6)) },
  { name: 'period types', refusedFor: 'period types', content: topLevel(message(11)) },
  { name: 'comments', refusedFor: 'comments', content: topLevel(int(13, 1)) },
  { name: 'packed comments', refusedFor: 'comments', content: (size) => profile(filled(13, size, [1])) },
  { name: 'periods', refusedFor: 'fields of its own', content: topLevel(int(12, 1)) },
  { name: 'unknown fields', refusedFor: 'fields of its own', content: topLevel(int(99, 1)) },
  {
    name: 'lines',
    refusedFor: 'lines of a location',
    content: (size) => profile(filled(4, size, message(4), int(1, 2))),
  },
  {
    name: 'packed locations of a sample',
    refusedFor: 'locations on a stack',
    content: (size) => profile(filledSample(1, size)),
  },
  {
    name: 'locations of a sample',
    refusedFor: 'locations on a stack',
    content: (size) => profile(filled(2, size, int(1, 1))),
  },
  {
    name: 'packed values of a sample',
    refusedFor: 'values of a sample',
    content: (size) => profile(filledSample(2, size)),
  },
  {
    name: 'values of a sample',
    refusedFor: 'values of a sample',
    content: (size) => profile(filled(2, size, int(2, 1))),
  },
  {
    name: 'deep stacks',
    refusedFor: 'locations on stacks',
    content: (size) =>
      profile(repeated(size, [...message(2, message(1, new Array<number>(100_000).fill(1)), message(2, [1]))])),
  },
  {
    name: 'locations with many lines',
    refusedFor: 'lines of locations',
    content: (size) =>
      profile(
        ...Array.from({ length: Math.ceil(size / 20_000) }, (_, i) =>
          filled(4, 16_000, message(4, int(1, 1)), int(1, i + 2)),
        ),
      ),
  },
  {
    name: 'labels of a sample',
    refusedFor: 'labels of a sample',
    content: (size) => profile(filled(2, size, message(3))),
  },
];

/** A sample whose packed field holds as many ones. */
function filledSample(field: number, size: number): Uint8Array {
  const packed = filled(field, size, [1]);
  const tag = bytes(int(2, packed.length));
  tag[0] = tag[0] | 2;
  return Buffer.concat([tag, packed]);
}
