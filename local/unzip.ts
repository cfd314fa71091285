import {
  chmodSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_OF_CENTRAL_DIRECTORY = 0x06054b50;
const CENTRAL_ENTRY = 0x02014b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const { S_IFLNK, S_IFMT } = constants;

/**
 * Unpacks a zip file as Lambda would its code: files with their permissions, and symbolic links.
 *
 * @throws where the file is no zip, uses what zips of code do not (encryption, ZIP64), or points out of `directory`
 */
export function unzip(file: string, directory: string): void {
  const zip = readFileSync(file);
  const end = findEnd(zip, file);
  let position = zip.readUInt32LE(end + 16);
  for (let remaining = zip.readUInt16LE(end + 10); remaining > 0; remaining--) {
    if (position + 46 > zip.length || zip.readUInt32LE(position) !== CENTRAL_ENTRY) throw unreadable(file);
    const nameLength = zip.readUInt16LE(position + 28);
    const name = zip.toString('utf8', position + 46, position + 46 + nameLength);
    const target = join(directory, name);
    if (!target.startsWith(directory + sep)) throw new Error(`${file} has an entry outside of itself: ${name}`);
    const isFolder = name.endsWith('/');
    const folder = isFolder ? target : dirname(target);
    mkdirSync(folder, { recursive: true });
    // Through a link that came before.
    if (!`${realpathSync(folder)}${sep}`.startsWith(realpathSync(directory) + sep)) {
      throw new Error(`${file} has an entry outside of itself: ${name}`);
    }
    // The upper half of the external attributes is the file's mode, where the zip comes from a Unix.
    const mode = zip.readUInt32LE(position + 38) >>> 16;
    if ((mode & S_IFMT) === S_IFLNK) {
      rmSync(target, { force: true });
      symlinkSync(contentOf(zip, position, file).toString(), target);
    } else if (!isFolder) {
      // Not through a link, and with the mode of this entry.
      rmSync(target, { force: true });
      writeFileSync(target, contentOf(zip, position, file));
      chmodSync(target, mode & 0o777 || 0o644);
    }
    position += 46 + nameLength + zip.readUInt16LE(position + 30) + zip.readUInt16LE(position + 32);
  }
}

function findEnd(zip: Buffer, file: string): number {
  for (let position = zip.length - END_SIZE; position >= Math.max(0, zip.length - END_SIZE - MAX_COMMENT); position--) {
    if (zip.readUInt32LE(position) === END_OF_CENTRAL_DIRECTORY) return position;
  }
  throw unreadable(file);
}

function contentOf(zip: Buffer, entry: number, file: string): Buffer {
  const encrypted = (zip.readUInt16LE(entry + 8) & 1) === 1;
  const method = zip.readUInt16LE(entry + 10);
  const compressedSize = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  if (encrypted || local + 30 > zip.length) throw unreadable(file);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const compressed = zip.subarray(start, start + compressedSize);
  if (method === STORED) return compressed;
  if (method !== DEFLATED) throw unreadable(file);
  try {
    return inflateRawSync(compressed);
  } catch {
    throw unreadable(file);
  }
}

function unreadable(file: string): Error {
  return new Error(`${file} is not a zip file that can be read here: damaged, encrypted, or larger than 4 GB.`);
}
