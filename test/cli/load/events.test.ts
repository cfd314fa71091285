import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPayloads } from '../../../cli/load/events';
import { temporaryFolder } from '../../support/temporary-folder';

const folder = temporaryFolder('payloads');
beforeAll(() => {
  writeFileSync(join(folder, 'b.json'), '{"b":1}');
  writeFileSync(join(folder, 'a.json'), '[{"a":1},{"a":2}]');
  writeFileSync(join(folder, 'notes.txt'), 'no event');
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'empty', 'none.json'), '[]');
  writeFileSync(join(folder, 'bad.txt'), '{');
});

describe('readPayloads', () => {
  it('takes files and the JSON files of folders, an array for several events', () => {
    expect(readPayloads([folder])).toEqual([{ a: 1 }, { a: 2 }, { b: 1 }]);
    expect(readPayloads([join(folder, 'b.json'), join(folder, 'a.json')])).toEqual([{ b: 1 }, { a: 1 }, { a: 2 }]);
    expect(readPayloads([])).toEqual([{}]);
  });

  it('says what is wrong with a path', () => {
    expect(() => readPayloads([join(folder, 'nope.json')])).toThrow(/There is no file or folder .*nope\.json\./);
    expect(() => readPayloads([join(folder, 'empty')])).toThrow(/There is no event in .*empty\./);
    expect(() => readPayloads([join(folder, 'bad.txt')])).toThrow(/bad\.txt is not JSON/);
  });
});
