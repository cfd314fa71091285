import { FlattenMap, type SectionedSourceMapInput, traceSegment } from '@jridgewell/trace-mapping';
import { describe, expect, it } from 'vitest';
import { MalformedSourceMapError, SourceMap } from '../../profile/symbols/source-map';
import { Random } from './support/random';
import { encodedMappings, mapOf, mapText, type Segment } from './support/source-maps';

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
    ['it has no mappings', '{"version":3,"sources":[]}'],
    ['its mappings are damaged', '{"version":3,"sources":[],"mappings":"AA AA"}'],
    ['it has no list of sources', '{"version":3,"mappings":""}'],
    ['it has no list of sources', '{"version":3,"sources":[1],"mappings":""}'],
    ['its names are not a list', '{"version":3,"sources":[],"names":[{}],"mappings":""}'],
    ['its sourceRoot is not a text', '{"version":3,"sourceRoot":{},"sources":[],"mappings":""}'],
    ['its sections are not a list', '{"version":3,"sections":{}}'],
    ['its version is 2, not 3', '{"version":2,"sections":[]}'],
    ['one of its sections is not an object', '{"version":3,"sections":[1]}'],
    ['one of its sections has no map', '{"version":3,"sections":[{"offset":{"line":0,"column":0}}]}'],
    ['one of its sections has no offset', '{"version":3,"sections":[{"map":{}}]}'],
    ['one of its sections has no offset', '{"version":3,"sections":[{"offset":{"line":-1,"column":0},"map":{}}]}'],
    [
      'one of its sections is too far below',
      '{"version":3,"sections":[{"offset":{"line":2000000000,"column":0},"map":{}}]}',
    ],
    [
      'it has no mappings',
      '{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"version":3,"sources":[]}}]}',
    ],
    [
      'its sections are in separate files (url), not in the map',
      '{"version":3,"sections":[{"offset":{"line":0,"column":0},"url":"a.map"}]}',
    ],
    [
      'its sections are nested too deeply',
      `${'{"version":3,"sections":[{"offset":{"line":0,"column":0},"map":'.repeat(5000)}{}${'}]}'.repeat(5000)}`,
    ],
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

/** A map with one segment at the beginning of each of its first lines. */
const plain = (source: string, ...lines: Segment[][]): object => JSON.parse(mapText({ sources: [source], lines }));

const indexMap = (...sections: [line: number, column: number, map: object][]) =>
  JSON.stringify({ version: 3, sections: sections.map(([line, column, map]) => ({ offset: { line, column }, map })) });

describe('An index map (B15)', () => {
  it('is read as its sections are, each from where it begins to where the next one does', () => {
    const first = plain('a.ts', [[0, 0, 0, 0]], [[0, 0, 1, 0]], [[0, 0, 2, 0]]);
    const second = plain(
      'b.ts',
      [
        [0, 0, 0, 0],
        [5, 0, 0, 9],
      ],
      [[0, 0, 1, 0]],
    );
    const map = new SourceMap(indexMap([1, 0, first], [2, 10, second]));
    expect(map.at(1, 1)).toBeUndefined();
    expect(map.at(2, 1)).toEqual({ file: 'a.ts', line: 1, column: 1 });
    expect(map.at(3, 10)).toEqual({ file: 'a.ts', line: 2, column: 1 });
    expect(map.at(3, 11)).toEqual({ file: 'b.ts', line: 1, column: 1 });
    expect(map.at(3, 16)).toEqual({ file: 'b.ts', line: 1, column: 10 });
    // The offset's column counts on the first line of the section only.
    expect(map.at(4, 1)).toEqual({ file: 'b.ts', line: 2, column: 1 });
    expect(map.at(5, 1)).toBeUndefined();
    expect([...map.files]).toEqual(['a.ts', 'b.ts']);
  });

  it('may lie in another one', () => {
    const inner = JSON.parse(indexMap([0, 4, plain('a.ts', [[0, 0, 0, 0]])], [1, 4, plain('b.ts', [[0, 0, 0, 0]])]));
    const map = new SourceMap(indexMap([2, 10, inner]));
    expect(map.at(3, 14)).toBeUndefined();
    expect(map.at(3, 15)).toEqual({ file: 'a.ts', line: 1, column: 1 });
    expect(map.at(4, 4)).toBeUndefined();
    expect(map.at(4, 5)).toEqual({ file: 'b.ts', line: 1, column: 1 });
  });

  it('may have sections in no order, and none', () => {
    const [a, b] = [plain('a.ts', [[0, 0, 0, 0]]), plain('b.ts', [[0, 0, 0, 0]])];
    expect(new SourceMap(indexMap([4, 0, b], [0, 0, a])).at(1, 1)?.file).toBe('a.ts');
    expect(new SourceMap(indexMap()).at(1, 1)).toBeUndefined();
  });

  it('has names, texts and roots of each section', () => {
    const section = (name: string) => ({
      version: 3,
      sourceRoot: name,
      sources: ['x.ts'],
      sourcesContent: [`text of ${name}`],
      names: [`name of ${name}`],
      mappings: 'AAAAA',
    });
    const map = new SourceMap(indexMap([0, 0, section('one')], [1, 0, section('two')]));
    expect([map.nameAt(1, 1), map.nameAt(2, 1)]).toEqual(['name of one', 'name of two']);
    expect([map.textOf('one/x.ts'), map.textOf('two/x.ts')]).toEqual(['text of one', 'text of two']);
  });

  it('is read as trace-mapping reads it, whatever is in it', () => {
    const random = new Random(15);
    let found = 0;
    for (let i = 0; i < 300; i++) {
      let line = 0;
      const sections = Array.from({ length: 1 + random.below(4) }, (_, n) => {
        line += random.below(3);
        const lines = Array.from({ length: random.below(5) }, () =>
          Array.from(
            { length: random.below(6) },
            (): Segment => [random.below(20), 0, random.below(90), random.below(9), 0],
          ),
        );
        const map = { version: 3, sources: [`s${n}.ts`], names: [`n${n}`], mappings: encodedMappings(lines) };
        return { offset: { line, column: n * 8 }, map };
      });
      const index = { version: 3, sections };
      const own = new SourceMap(JSON.stringify(index));
      const oracle = new FlattenMap(index as SectionedSourceMapInput);
      for (let row = 0; row < 12; row++) {
        for (let column = 0; column < 44; column += 3) {
          const expected = traceSegment(oracle, row, column);
          const place = own.at(row + 1, column + 1);
          if (place) found++;
          const [, source = 0, sourceLine = 0, sourceColumn = 0] = expected ?? [];
          expect(place).toEqual(
            expected
              ? { file: oracle.resolvedSources[source], line: sourceLine + 1, column: sourceColumn + 1 }
              : undefined,
          );
        }
      }
    }
    expect(found).toBeGreaterThan(1000);
  });
});

describe('A source map of any form that tools write (B15)', () => {
  const map = { version: 3, sources: ['../src/a.ts'], names: [], mappings: 'AAAA' };
  const fileOf = (text: string, path?: string) => new SourceMap(text, path).at(1, 1)?.file;

  it.each([
    ['with a byte order mark', `\ufeff${JSON.stringify(map)}`],
    ['with the line that keeps it from being a script', `)]}'\n${JSON.stringify(map)}`],
    ['with both, and more on that line', `\ufeff)]}' guard\r\n${JSON.stringify(map)}`],
    ['without names', JSON.stringify({ ...map, names: undefined })],
    ['with names and root that are null', JSON.stringify({ ...map, names: null, sourceRoot: null, file: null })],
    ['with a version that is a text', JSON.stringify({ ...map, version: '3' })],
    ['with lists of what to ignore', JSON.stringify({ ...map, x_google_ignoreList: [0], ignoreList: [0] })],
    ['with sections that are null', JSON.stringify({ ...map, sections: null })],
    ['with a debug id', JSON.stringify({ ...map, debugId: 'x', x_facebook_sources: [] })],
    ['with a path of Windows', JSON.stringify({ ...map, sources: ['..\\src\\a.ts'] })],
    ['of ncc', JSON.stringify({ ...map, sources: ['../webpack://shop/./src/a.ts'] })],
    ['of webpack', JSON.stringify({ ...map, sourceRoot: '', sources: ['webpack://shop/./src/a.ts?1f'] })],
    ['with a root of webpack', JSON.stringify({ ...map, sourceRoot: 'webpack:///', sources: ['./src/a.ts'] })],
    ['of Parcel', JSON.stringify({ ...map, sourceRoot: '/__parcel_source_root/', sources: ['src/a.ts'] })],
    [
      'with a root, and a URL that needs none',
      JSON.stringify({ ...map, sourceRoot: '/x', sources: ['vite://h/src/a.ts'] }),
    ],
  ])('%s', (_, text) => {
    expect(fileOf(text, 'index.js.map')).toBe('src/a.ts');
  });

  it.each([
    ['/home/me/src', 'a.ts', '/home/me/src/a.ts'],
    ['/home/me/src/', '/home/me/lib/a.ts', '/home/me/lib/a.ts'],
    ['', 'C:\\shop\\src\\a.ts', 'C:/shop/src/a.ts'],
    ['file:///home/me', 'a.ts', '/home/me/a.ts'],
  ])('with the root %j and the source %j', (sourceRoot, source, file) => {
    expect(fileOf(JSON.stringify({ ...map, sourceRoot, sources: [source] }), 'lib/index.js.map')).toBe(file);
  });

  it('with two sources of one name, of which one has its text', () => {
    const sources = ['App.vue?vue&type=script', 'App.vue'];
    const text = JSON.stringify({ ...map, sources, sourcesContent: [null, 'let a;'] });
    expect(new SourceMap(text).textOf('App.vue')).toBe('let a;');
  });
});
