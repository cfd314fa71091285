import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSnapshots } from '../../bench/snapshots';
import { readProfileSync } from '../../cli/pprof-file';
import { decodeProfile } from '../../profile/decode';
import { encodeProfile } from '../../profile/encode';
import { subInt64, unsigned } from '../../profile/int64';
import { normalizedLabels } from '../../profile/label';
import { mergeProfiles, ProfileMerger } from '../../profile/merge';
import type { Profile, Sample } from '../../profile/model';
import { Random } from '../profile/random';
import { randomProfile } from '../profile/random-profile';
import { buildGoTool } from './tools';

let folder: string;
let tool: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pprof-samples-'));
  tool = join(folder, 'samples');
  await buildGoTool('./samples', tool);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What google/pprof says of the merge of files. */
function theirs(files: string[]): string[] {
  return execFileSync(tool, ['merge', ...files], { encoding: 'utf8', maxBuffer: 2 ** 30 })
    .trimEnd()
    .split('\n');
}

/** What we say of it. */
function ours(files: string[]): string[] {
  const merger = new ProfileMerger();
  for (const file of files) readProfileSync(readFileSync(file), (bytes) => merger.addEncoded(bytes));
  return lines(merger.result());
}

function lines({ samples }: Profile): string[] {
  // Go sorts by bytes.
  return samples.map(describe).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function describe({ locations, labels, values }: Sample): string {
  const text = JSON.stringify;
  const stack = locations.map(({ mapping, address, lines, isFolded }) => {
    const place = mapping ? text(mapping.buildId || mapping.filename) : '';
    const offset = unsigned(mapping ? subInt64(address, mapping.memoryStart) : address);
    const frames = lines.map(
      ({ fn, line, column }) =>
        ` ${text(fn.name)} ${text(fn.systemName)} ${text(fn.filename)}:${fn.startLine}:${line}:${column}`,
    );
    return `${place}+${offset}${frames.join('')} ${isFolded};`;
  });
  const tags = normalizedLabels(labels).map((label) =>
    'str' in label ? ` ${text(label.key)}=${text(label.str)}` : ` ${text(label.key)}=${label.num}${text(label.unit)}`,
  );
  return `${stack.join('')}${tags.join('')} [${values.join(' ')}]`;
}

/** The profiles in google/pprof's own tests that it can read, old formats converted. */
function testData(): string[] {
  const module = execFileSync('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/google/pprof'], {
    cwd: join(import.meta.dirname, 'go'),
    encoding: 'utf8',
  }).trim();
  const files = ['profile/testdata', 'internal/driver/testdata', 'internal/report/testdata', 'proto']
    .flatMap((name) => readdirSync(join(module, name)).map((file) => join(module, name, file)))
    .filter(
      (file) =>
        statSync(file).isFile() && /\.(cpu|heap|contention|thread|growth|cpu_no_samples_type|all|none)$/.test(file),
    );
  const out = join(folder, 'testdata');
  mkdirSync(out);
  execFileSync(tool, ['convert', out, ...files]);
  return files.map((_, i) => join(out, `${i}.pb`));
}

it("google/pprof's own test data are read and merged as it does, and written again so that it reads the same", () => {
  const files = testData();
  expect(files.length).toBeGreaterThan(15);
  for (const file of files) {
    expect(ours([file, file]), file).toEqual(theirs([file, file]));
    const again = `${file}.again`;
    writeFileSync(again, encodeProfile(decodeProfile(readFileSync(file))));
    expect(theirs([again]), file).toEqual(theirs([file]));
  }
});

it('random profiles of all that the format has are merged as it does', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = new Random(seed);
    const files = [0, 1, 2].map((i) => {
      const file = join(folder, `${seed}-${i}.pb`);
      writeFileSync(file, encodeProfile(randomProfile(random)));
      return file;
    });
    expect(ours(files), `seed ${seed}`).toEqual(theirs(files));
  }
});

it('100 snapshots give the same samples, and so does what we merge of what we merged', () => {
  const snapshots = join(folder, 'snapshots');
  mkdirSync(snapshots);
  writeSnapshots(snapshots, 100, 5000);
  const files = readdirSync(snapshots).map((name) => join(snapshots, name));
  const expected = theirs(files);
  expect(ours(files)).toEqual(expected);
  const halves = [files.slice(0, 70), files.slice(70)].map((half) =>
    mergeProfiles(half.map((file) => readProfileSync(readFileSync(file), decodeProfile))),
  );
  expect(lines(mergeProfiles(halves))).toEqual(expected);
});
