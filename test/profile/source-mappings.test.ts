import { TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { expect, it } from 'vitest';
import { NONE, SourceMappings } from '../../profile/symbols/source-mappings';
import { Random } from './support/random';
import { encodedMappings, type Segment } from './support/source-maps';

/** Segments of one, four or five numbers, not in order, some in the same column, in lines that may be empty. */
function randomLines(random: Random): Segment[][] {
  return Array.from({ length: random.below(6) }, () =>
    Array.from({ length: random.below(8) }, (): Segment => {
      const column = random.below(12);
      if (random.chance(0.2)) return [column];
      const place = [random.below(3), random.below(1e6), random.below(200)] as const;
      return random.chance(0.5) ? [column, ...place] : [column, ...place, random.below(4)];
    }),
  );
}

it('Random mappings are read as trace-mapping reads them', () => {
  const random = new Random(11);
  let found = 0;
  for (let i = 0; i < 500; i++) {
    const mappings = encodedMappings(randomLines(random));
    const own = new SourceMappings(mappings);
    const oracle = new TraceMap({ version: 3, sources: ['a', 'b', 'c'], names: ['n', 'o', 'p', 'q'], mappings });
    for (let line = 0; line < 7; line++) {
      for (let column = 0; column < 14; column++) {
        const row = own.find(line, column);
        const expected = traceSegment(oracle, line, column);
        if (row !== NONE) found++;
        const numbers = [own.column, own.source, own.sourceLine, own.sourceColumn, own.name].map((of) =>
          of.call(own, row),
        );
        expect(row === NONE ? null : numbers.filter((number) => number !== NONE)).toEqual(expected);
      }
    }
  }
  expect(found).toBeGreaterThan(1000);
});

it('What a segment has beyond five numbers is passed over, and of two or three only the first counts', () => {
  const mappings = new SourceMappings('CCCCCCC,CC,EEE,A');
  const rows = [0, 1, 2, 3].map((row) => [mappings.column(row), mappings.source(row), mappings.name(row)]);
  expect(rows).toEqual([
    [1, 1, 1],
    [2, NONE, NONE],
    [4, NONE, NONE],
    [4, NONE, NONE],
  ]);
});
