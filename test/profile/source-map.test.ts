import { describe, expect, it } from 'vitest';
import { MalformedSourceMapError, SourceMap } from '../../profile/source-map';
import { mapOf } from './source-maps';

const acceptAll = () => true;

describe('SourceMap', () => {
  const map = mapOf({
    sources: ['../src/a.ts', '../src/b.ts', null],
    names: ['price'],
    lines: [[], [[4, 0, 9, 2], [10, 1, 19, 0, 0], [20], [30, 2, 0, 0], [40, 9, 0, 0]]],
  });

  it('finds the nearest mapping at or before a place, counting lines and columns from 1', () => {
    expect(map.at(2, 5)).toEqual({ file: 'src/a.ts', line: 10, column: 3 });
    expect(map.at(2, 10)).toEqual({ file: 'src/a.ts', line: 10, column: 3 });
    expect(map.at(2, 11)).toEqual({ file: 'src/b.ts', line: 20, column: 1 });
  });

  it('knows nothing of what lies before the first mapping of a line, and on lines without any', () => {
    expect(map.at(2, 4)).toBeUndefined();
    expect(map.at(1, 1)).toBeUndefined();
    expect(map.at(3, 1)).toBeUndefined();
    expect(map.at(0, 0)).toBeUndefined();
  });

  it("knows nothing of a bundler's own code, of a source without a name, and of one that does not exist", () => {
    expect(map.at(2, 25)).toBeUndefined();
    expect(map.at(2, 35)).toBeUndefined();
    expect(map.at(2, 45)).toBeUndefined();
  });

  it('finds the leftmost place of a line that is acceptable', () => {
    expect(map.firstOn(2, acceptAll)?.file).toBe('src/a.ts');
    expect(map.firstOn(2, ({ file }) => file === 'src/b.ts')).toEqual({ file: 'src/b.ts', line: 20, column: 1 });
    expect(map.firstOn(2, () => false)).toBeUndefined();
    expect(map.firstOn(7, acceptAll)).toBeUndefined();
  });

  it('has a name exactly where the identifier begins', () => {
    expect(map.nameAt(2, 11)).toBe('price');
    expect(map.nameAt(2, 12)).toBeUndefined();
    expect(map.nameAt(2, 5)).toBeUndefined();
  });

  it('lists the original files', () => {
    expect([...map.files]).toEqual(['src/a.ts', 'src/b.ts']);
  });

  it('resolves sources against the folder of the map and the source root', () => {
    const text = JSON.stringify({ version: 3, sourceRoot: '../src', sources: ['a.ts', null], mappings: 'AAAA' });
    expect([...new SourceMap(text, 'node_modules/zod/dist/index.js.map').files]).toEqual(['node_modules/zod/src/a.ts']);
  });

  it('has the text of an original file where it brings it', () => {
    const bringing = (sourcesContent: unknown) =>
      new SourceMap(JSON.stringify({ version: 3, sources: ['../a.ts', '../b.ts'], sourcesContent, mappings: 'AAAA' }));
    expect(bringing(['let a;', null]).textOf('a.ts')).toBe('let a;');
    expect(bringing(['let a;', null]).textOf('b.ts')).toBeUndefined();
    expect(bringing(['let a;']).textOf('c.ts')).toBeUndefined();
    expect(bringing(undefined).textOf('a.ts')).toBeUndefined();
    expect(bringing([{ not: 'text' }]).textOf('a.ts')).toBeUndefined();
  });

  it.each([
    ['it is not JSON', '{"version":3'],
    ['it is not an object', '42'],
    ['it is not an object', 'null'],
    ['its version is 2, not 3', '{"version":2,"sources":[],"mappings":""}'],
    ['its version is undefined, not 3', '[]'],
    ['it has no mappings', '{"version":3,"sources":[],"sections":[]}'],
    ['its mappings are damaged', '{"version":3,"sources":[],"mappings":"AA AA"}'],
    ['it has no list of sources', '{"version":3,"mappings":""}'],
    ['it has no list of sources', '{"version":3,"sources":[1],"mappings":""}'],
    ['its names are not a list', '{"version":3,"sources":[],"names":[{}],"mappings":""}'],
    ['its sourceRoot is not a text', '{"version":3,"sourceRoot":{},"sources":[],"mappings":""}'],
  ])('says of a damaged map: %s', (reason, text) => {
    expect(() => new SourceMap(text)).toThrow(new MalformedSourceMapError(reason));
  });

  it('answers whatever the mappings of a damaged map are', () => {
    for (const mappings of ['A', 'AD', 'DDDD', 'AADA', 'AAAD', 'zzzz', 'AAAAAAAA', 'AACA,,,;;AAD', '+/+/+/']) {
      const damaged = new SourceMap(JSON.stringify({ version: 3, sources: ['a'], names: [], mappings }));
      for (let line = 0; line < 4; line++) {
        for (let column = 0; column < 4; column++) {
          const place = damaged.at(line, column) ?? damaged.firstOn(line, acceptAll);
          if (place) expect(Math.min(place.line, place.column)).toBeGreaterThan(0);
          damaged.nameAt(line, column);
        }
      }
    }
  });
});
