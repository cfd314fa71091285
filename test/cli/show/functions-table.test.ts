import { describe, expect, it } from 'vitest';
import { functionsTable, functionsTableLines } from '../../../cli/show/functions-table';
import { paintFor } from '../../../cli/terminal/printable';
import { emptyProfile } from '../../../profile/model/profile';
import { wallProfile } from '../support/profiles';

const plain = paintFor(false);

describe('functionsTable', () => {
  it('ranks by cpu where there is such, with the total of the default sample type beside it', () => {
    const table = functionsTable(wallProfile({ cpuMs: 30, idleMs: 70 }), 1);
    expect(table).toEqual({
      type: 'cpu',
      unit: 'nanoseconds',
      whole: 30e6,
      rows: [{ name: 'render', place: 'index.js:42', self: 30e6, total: 30e6, alsoTotal: 30e6 }],
      hidden: 1,
      also: { type: 'wall', unit: 'nanoseconds' },
    });
  });

  it('ranks by the sample type that is asked for', () => {
    const table = functionsTable(wallProfile({ cpuMs: 30, idleMs: 70 }), 9, 'wall');
    expect(table.rows.map((row) => [row.name, row.self, row.total])).toEqual([
      ['(idle)', 70e6, 70e6],
      ['render', 30e6, 30e6],
      ['handler', 0, 100e6],
    ]);
    expect(table.also).toBeUndefined();
  });

  it.each([
    ['/var/task/src/orders.js', 'src/orders.js:42'],
    [`/home/me/app/cdk.out/asset.${'0'.repeat(64)}/index.mjs`, 'index.mjs:42'],
    ['/var/task/node_modules/zod/lib/index.js', 'zod/lib/index.js:42'],
    ['node:internal/streams', 'node:internal/streams:42'],
  ])('shows %s as %s', (file, place) => {
    expect(functionsTable(wallProfile({ file }), 1).rows[0].place).toBe(place);
  });
});

it('says native of functions without a file, and nothing of what is no function', () => {
  const profile = wallProfile({ file: '' });
  const places = functionsTable(profile, 9, 'wall').rows.map((row) => [row.name, row.place]);
  expect(places).toEqual([
    ['(idle)', ''],
    ['render', 'native'],
    ['handler', 'native'],
  ]);
});

describe('functionsTableLines', () => {
  const table = functionsTable(wallProfile({ cpuMs: 30, idleMs: 70 }), 1);

  it('has all columns where there is room, and says how many functions are not shown', () => {
    expect(functionsTableLines(table, plain, 100)).toEqual([
      '  cpu self     %  cpu total     %  wall total  function  place',
      '     30 ms  100%      30 ms  100%       30 ms  render    index.js:42',
      '  … and 1 other',
    ]);
  });

  it('leaves numbers out before names on a narrow terminal', () => {
    const [titles, row] = functionsTableLines(table, plain, 60);
    expect(titles).toBe('  cpu self     %  cpu total  function  place');
    expect(row).toBe('     30 ms  100%      30 ms  render    index.js:42');
  });

  it('says so where the profile holds nothing', () => {
    const empty = emptyProfile([{ type: 'cpu', unit: 'nanoseconds' }]);
    expect(functionsTableLines(functionsTable(empty, 5), plain, 80)).toEqual(['  no cpu in this profile']);
    expect(functionsTableLines(functionsTable(emptyProfile([]), 5), plain, 80)).toEqual([
      '  no sample in this profile',
    ]);
  });
});
