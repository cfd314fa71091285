import { varint } from './proto-bytes';
import type { Random } from './random';

/** `original` with some bytes changed, left out, put in, repeated or moved, or cut off. */
export function damaged(original: Uint8Array, random: Random): Uint8Array {
  const bytes = [...original];
  for (let i = 1 + random.below(4); i > 0 && bytes.length > 0; i--) {
    const at = random.below(bytes.length);
    switch (random.below(7)) {
      case 0:
        bytes[at] = random.below(256);
        break;
      case 1:
        bytes[at] = bytes[at] ^ (1 << random.below(8));
        break;
      case 2:
        bytes.splice(at, 1 + random.below(8));
        break;
      case 3:
        bytes.splice(at, 0, ...varint(random.pick<number | bigint>([0, 1, 127, 2 ** 31, 2n ** 63n, -1])));
        break;
      case 4:
        bytes.splice(at, 0, ...bytes.slice(at, at + random.below(20)));
        break;
      case 5:
        bytes.splice(random.below(bytes.length), 0, ...bytes.splice(at, random.below(20)));
        break;
      default:
        bytes.length = at;
    }
  }
  return Uint8Array.from(bytes);
}
