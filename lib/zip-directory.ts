import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** The length of the record that ends an archive, and of the longest comment after it. */
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENTRY_BYTES = 46;

/**
 * The files in a zip archive, by path, with their sizes when they are unpacked, bytes. `undefined` where the file is no zip
 * archive, or a large one (zip64).
 */
export function zipDirectory(file: string): ReadonlyMap<string, number> | undefined {
  const { size } = statSync(file);
  const tail = bytesOf(file, Math.max(0, size - END_BYTES - MAX_COMMENT_BYTES), size);
  const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + END_BYTES > tail.length) return undefined;
  const [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (start + length > size) return undefined;

  const directory = bytesOf(file, start, start + length);
  const files = new Map<string, number>();
  for (let at = 0; at + ENTRY_BYTES <= directory.length; ) {
    if (directory.toString('latin1', at, at + 4) !== 'PK\x01\x02') return undefined;
    const nameEnd = at + ENTRY_BYTES + directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + ENTRY_BYTES, nameEnd);
    if (!name.endsWith('/')) files.set(name, directory.readUInt32LE(at + 24));
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return files;
}

function bytesOf(file: string, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  const descriptor = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start));
  } finally {
    closeSync(descriptor);
  }
}
