import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UnusableFile } from '../../../cli/source-maps/code-bundle';
import { archiveName, SourceMapArchive } from '../../../cli/source-maps/source-map-archive';
import { archiveName as nameByConstruct, packSourceMaps } from '../../../lib/source-map-archive';

const from = 's3://assets/a.sourcemaps';

describe('SourceMapArchive', () => {
  it('reads what the construct packs', () => {
    const archive = new SourceMapArchive(packSourceMaps({ 'index.js': 'a map', 'lib/tax.mjs': 'another' }), from);
    expect(archive.sourceMapOf('lib/tax.mjs')).toEqual({
      text: 'another',
      from: `${from} (lib/tax.mjs)`,
      path: 'lib/tax.mjs.map',
    });
    expect(archive.sourceMapOf('lib/rate.js')).toBeUndefined();
    expect(archive.sourceMapOf('constructor')).toBeUndefined();
    expect(archive.textOf()).toBeUndefined();
  });

  it('is named as the construct names it', () => {
    expect(archiveName('a'.repeat(64))).toBe(nameByConstruct('a'.repeat(64)));
  });

  const packed = (content: unknown) => gzipSync(JSON.stringify(content));
  it.each([
    ['it is not an archive of source maps', Buffer.from('')],
    ['it is not an archive of source maps', Buffer.from('<html>')],
    ['it is not an archive of source maps', gzipSync('{')],
    ['it is not an archive of source maps', gzipSync(Buffer.alloc(129 * 1024 * 1024))],
    ['another version of profiled-fn wrote it', packed({ version: 2, maps: {} })],
    ['another version of profiled-fn wrote it', packed(null)],
    ['its source maps are damaged', packed({ version: 1 })],
    ['its source maps are damaged', packed({ version: 1, maps: { 'index.js': { version: 3 } } })],
  ])('says what is wrong: %s', (reason, bytes) => {
    const open = () => new SourceMapArchive(bytes, from);
    expect(open).toThrow(UnusableFile);
    expect(open).toThrow(reason);
  });
});
