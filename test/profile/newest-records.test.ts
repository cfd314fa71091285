import { expect, it } from 'vitest';
import { NewestRecords } from '../../profile/analysis/newest-records';
import type { Label, Sample } from '../../profile/model/profile';
import { ColumnsReader } from '../../profile/pprof/columns-reader';
import { encodeProfile } from '../../profile/pprof/encode';
import { at, fn, profileOf, sample } from './support/profiles';
import { Random } from './support/random';

function record(start: number, id: string, wall = 5): Sample {
  const labels: Label[] = [
    { key: 'start', num: start, unit: 'nanoseconds' },
    { key: 'wall', num: wall, unit: 'nanoseconds' },
    { key: 'id', str: id },
  ];
  return { ...sample(0), labels };
}

function ids(records: NewestRecords): string[] {
  return records.labels().map((labels) => labels.map((label) => ('str' in label ? label.str : '')).join(''));
}

function columns(...samples: Sample[]) {
  return new ColumnsReader().read(encodeProfile(profileOf(...samples)));
}

it('Records are kept with further labels, the oldest first; other samples are none', () => {
  const records = new NewestRecords(10);
  const labels: Label[] = [{ key: 'start', num: 1, unit: '' }];
  const valued = { ...record(3, 'valued'), values: [1] };
  const withStack = { ...record(3, 'stack'), locations: [at(fn('f'))] };
  const further: Label[] = [{ key: 'instance', str: 'i' }];
  records.add(columns(record(9, 'b'), valued, withStack, { ...sample(0), labels }, record(2, 'a')), further);
  expect(ids(records)).toEqual(['ia', 'ib']);
  expect(records.labels()[0]?.[0]).toEqual(further[0]);
});

it('The newest are kept, whatever the order, also of those that began at the same time', () => {
  const random = new Random(11);
  const all = Array.from({ length: 500 }, (_, i) =>
    record(1_763_805_600_000_000 + random.below(100), `r${i}`, 1 + (i % 3)),
  );
  const merge = (samples: Sample[]) => {
    const records = new NewestRecords(50);
    for (let i = 0; i < samples.length; i += 20) records.add(columns(...samples.slice(i, i + 20)), []);
    return ids(records);
  };
  const kept = merge(all);
  expect(kept).toHaveLength(50);
  for (let i = 0; i < 5; i++) expect(merge(random.shuffled(all))).toEqual(kept);
  const start = (id: string) => ((all[Number(id.slice(1))] as Sample).labels[0] as { num: number }).num;
  const oldest = Math.min(...kept.map(start));
  expect(all.filter((_, i) => start(`r${i}`) > oldest && !kept.includes(`r${i}`))).toEqual([]);
  expect(kept.map(start)).toEqual(kept.map(start).sort((a, b) => a - b));
});
