import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../local/s3/crc';
import { unzip } from '../../local/unzip';
import { temporaryDirectory } from './support/assembly';

interface Entry {
  name: string;
  content: string;
  mode?: number;
  stored?: boolean;
  flags?: number;
  method?: number;
}

/** A zip file as the specification has it (PKWARE's APPNOTE). */
function zipOf(entries: Entry[]): string {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, mode = 0, stored = false, flags = 0, method = stored ? 0 : 8 } of entries) {
    const data = stored ? Buffer.from(content) : deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(Buffer.from(content)).readUInt32BE(), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), common, rest, Buffer.from(name)]));
    parts.push(file);
    offset += file.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  const path = join(temporaryDirectory(), 'code.zip');
  writeFileSync(path, Buffer.concat([...parts, central, end]));
  return path;
}

function target(): string {
  const directory = join(temporaryDirectory(), 'out');
  mkdirSync(directory);
  return directory;
}

describe('unzip', () => {
  it('writes compressed and stored files, with their directories and modes', () => {
    const out = target();
    unzip(
      zipOf([
        { name: 'index.js', content: 'exports.handler = 1;'.repeat(100) },
        { name: 'lib/', content: '', stored: true },
        { name: 'lib/ünï.sh', content: 'run', stored: true, mode: 0o100755 },
      ]),
      out,
    );
    expect(readFileSync(join(out, 'index.js'), 'utf8')).toBe('exports.handler = 1;'.repeat(100));
    expect(readFileSync(join(out, 'lib/ünï.sh'), 'utf8')).toBe('run');
    expect(statSync(join(out, 'lib/ünï.sh')).mode & 0o700).toBe(0o700);
  });

  it('makes symbolic links, and keeps modes whatever the umask', () => {
    const out = target();
    unzip(
      zipOf([
        { name: 'bin/tool-1.0', content: '#!/bin/sh', mode: 0o100775 },
        { name: 'bin/tool', content: 'tool-1.0', stored: true, mode: 0o120777 },
        { name: 'current', content: 'bin', mode: 0o120777 },
      ]),
      out,
    );
    expect(readlinkSync(join(out, 'bin/tool'))).toBe('tool-1.0');
    expect(readFileSync(join(out, 'current/tool'), 'utf8')).toBe('#!/bin/sh');
    expect(statSync(join(out, 'bin/tool')).mode & 0o777).toBe(0o775);
  });

  it('writes nothing through a link that leads elsewhere', () => {
    const elsewhere = temporaryDirectory();
    const link = { name: 'a', content: elsewhere, mode: 0o120777 };
    const through = zipOf([link, { name: 'a/evil.js', content: 'x' }]);
    expect(() => unzip(through, target())).toThrow(/entry outside of itself: a\/evil\.js/);
    const file = join(elsewhere, 'victim');
    writeFileSync(file, 'untouched');
    unzip(
      zipOf([
        { ...link, content: file },
        { name: 'a', content: 'x' },
      ]),
      target(),
    );
    expect(readFileSync(file, 'utf8')).toBe('untouched');
  });

  it('refuses an entry that would land elsewhere', () => {
    const zip = zipOf([{ name: '../evil.js', content: 'x' }]);
    expect(() => unzip(zip, target())).toThrow(/entry outside of itself: \.\.\/evil\.js/);
  });

  it.each<[string, () => string]>([
    ['an encrypted entry', () => zipOf([{ name: 'a', content: 'x', flags: 1 }])],
    ['damaged data', () => zipOf([{ name: 'a', content: '\xff\xff', stored: true, method: 8 }])],
    ['a compression that it does not know', () => zipOf([{ name: 'a', content: 'x', method: 12 }])],
    [
      'a file that is no zip',
      () => {
        const path = join(temporaryDirectory(), 'code.zip');
        writeFileSync(path, 'hello');
        return path;
      },
    ],
  ])('refuses %s, and names the file', (_, make) => {
    const file = make();
    expect(() => unzip(file, target())).toThrow(`${file} is not a zip file that can be read here`);
  });
});
