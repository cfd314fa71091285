import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeSnapshots } from '../../bench/snapshots';
import { readProfileSync } from '../../cli/files/pprof-file';
import { topFunctions } from '../../profile/analysis/top';
import { removeUninteresting } from '../../profile/analysis/uninteresting';
import { mergeProfiles, ProfileMerger } from '../../profile/merge/merge';
import { subInt64, unsigned } from '../../profile/model/int64';
import { normalizedLabels } from '../../profile/model/label';
import { emptyProfile, type Location, type Profile, type Sample } from '../../profile/model/profile';
import { unitNamed } from '../../profile/model/unit';
import { decodeProfile } from '../../profile/pprof/decode';
import { encodeProfile } from '../../profile/pprof/encode';
import { Random } from '../profile/support/random';
import { randomProfile } from '../profile/support/random-profile';
import { temporaryFolder } from '../support/temporary-folder';
import { buildGoTool } from './support/tools';

const folder = temporaryFolder('pprof-samples');
let tool: string;
beforeAll(async () => {
  tool = join(folder, 'samples');
  await buildGoTool('./samples', tool);
});

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
  mkdirSync(out, { recursive: true });
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

/** Every field of a profile, as `samples dump` prints it. */
function dump(profile: Profile): string[] {
  const text = JSON.stringify;
  const { sampleTypes, periodType, comments, mappings, samples } = profile;
  return [
    ...sampleTypes.map(({ type, unit }) => `type ${text(type)} ${text(unit)}`),
    ...(periodType ? [`period type ${text(periodType.type)} ${text(periodType.unit)}`] : []),
    `default ${text(profile.defaultSampleType)}`,
    `drop ${text(profile.dropFrames)}`,
    `keep ${text(profile.keepFrames)}`,
    `link ${text(profile.docUrl)}`,
    `time ${profile.timeNanos}`,
    `duration ${profile.durationNanos}`,
    `period ${profile.period}`,
    ...comments.map((comment) => `comment ${text(comment)}`),
    ...mappings.map((m) => {
      const range = [m.memoryStart, m.memoryLimit, m.fileOffset].map(unsigned).join(' ');
      const has = [m.hasFunctions, m.hasFilenames, m.hasLineNumbers, m.hasInlineFrames].join(' ');
      return `mapping ${range} ${text(m.filename)} ${text(m.buildId)} ${has}`;
    }),
    ...samples.map(describe),
  ];
}

/** What our `top` adds up, of functions distinguished by name only, as `samples top` prints it. */
function top(profile: Profile): string[] {
  const byName = (location: Location): Location => ({
    ...location,
    lines: location.lines.map(({ fn }) => ({ fn: { ...noFunction, name: `n${fn.name}` }, line: 0, column: 0 })),
  });
  const named = new Map<Location, Location>();
  const samples = removeUninteresting(profile).profile.samples.map((sample) => ({
    ...sample,
    locations: sample.locations.map((location) => {
      const known = named.get(location) ?? byName(location);
      named.set(location, known);
      return known;
    }),
  }));
  return profile.sampleTypes.flatMap((_, i) =>
    topFunctions({ ...profile, samples }, i)
      .rows.filter(({ name, self, total }) => name.startsWith('n') && (self !== 0 || total !== 0))
      .map(({ name, self, total }) => `${i} ${JSON.stringify(name.slice(1))} ${self} ${total}`),
  );
}

const noFunction = { systemName: '', filename: '', startLine: 0 };

/** What one of the program's commands says of a file. */
function told(command: string, file: string): string[] {
  return execFileSync(tool, [command, file], { encoding: 'utf8', maxBuffer: 2 ** 30 })
    .split('\n')
    .slice(0, -1);
}

it("google/pprof's own test data are the same field by field, and add up to the same", () => {
  const files = testData();
  for (const file of files) {
    const profile = decodeProfile(readFileSync(file));
    expect(dump(profile), file).toEqual(told('dump', file));
    // Go has a row for a function without values, too.
    const theirTop = told('top', file).filter((line) => !line.endsWith(' 0 0'));
    expect(top(profile).sort(), file).toEqual(theirTop.sort());
  }
});

const symbols = [
  'malloc',
  'operator new',
  'operator new(unsigned long)',
  'tc_malloc',
  'tcmalloc::allocate_full(int)',
  'main',
  'alpha',
  '(anonymous namespace)::helper(int)',
  'foo::operator()(int) const',
  '.malloc',
  'Größe',
  'a b',
  '[x]',
  'free',
  '',
];

it.each<[drop: string, keep: string]>([
  ['malloc|operator new', ''],
  ['.*malloc.*', 'tc_.*'],
  ['(?i)MALLOC|Free', ''],
  ['operator new.*|free', 'operator new'],
  ['[[:alpha:]]+', 'm.*n'],
  ['\\pL+', ''],
  ['(?:a|b| )+', ''],
  ['a{1,3}.{2}(?P<rest>lp.*|.*ha)', ''],
  ['\\(anonymous namespace\\)::.*', ''],
  ['\\Q[x]\\E|^main$', ''],
  ['\\bfoo\\b.*', ''],
  ['[^a-lo-z]*', ''],
  ['(x+x+)+y|(a*)*b', ''],
  ['(?=malloc)', ''],
  ['mal(loc', ''],
  ['a**', ''],
  ['\\1malloc', ''],
  ['x{1001}', ''],
  ['', 'malloc'],
])('B11: frames are left out as Go does: drop %j, keep %j', (dropFrames, keepFrames) => {
  const random = new Random(dropFrames.length * 100 + keepFrames.length);
  const fns = symbols.map((name) => ({ ...noFunction, name }));
  const locations = Array.from(
    { length: 40 },
    (): Location => ({
      address: 0,
      isFolded: false,
      lines: Array.from({ length: 1 + random.below(3) }, () => ({ fn: random.pick(fns), line: 1, column: 0 })),
    }),
  );
  const profile = {
    ...emptyProfile([{ type: 'a', unit: 'count' }]),
    dropFrames,
    keepFrames,
    samples: Array.from({ length: 100 }, () => ({
      locations: Array.from({ length: random.below(8) }, () => random.pick(locations)),
      values: [1],
      labels: [],
    })),
  };
  const file = join(folder, 'interesting.pb');
  writeFileSync(file, encodeProfile(profile));
  expect(removeUninteresting(profile).profile.samples.map(describe)).toEqual(told('interesting', file));
  expect(top(profile).sort()).toEqual(told('top', file).sort());
});

it("B12: units are those of Go's pprof", async () => {
  const pprof = join(folder, 'pprof');
  await buildGoTool('github.com/google/pprof', pprof);
  const names = [
    'ns',
    'NanoSeconds',
    'us',
    'microsecond',
    'ms',
    'Milliseconds',
    's',
    'sec',
    'secs',
    'second',
    'hour',
    'hrs',
    'HR',
    'b',
    'bytes',
    'kb',
    'KB',
    'kbyte',
    'kilobytes',
    'mb',
    'mbytes',
    'gb',
    'gigabyte',
    'tb',
    'pb',
    'petabytes',
    'nanogcu',
    'microGCU',
    'gcu',
    'gcus',
    'kilogcu',
    'count',
    'ss',
    'dollars',
    'm',
    'kib',
  ];
  const bases: Record<string, number> = {
    ns: 1,
    us: 1e3,
    ms: 1e6,
    s: 1e9,
    mins: 60e9,
    hrs: 3600e9,
    B: 1,
    kB: 2 ** 10,
    MB: 2 ** 20,
    GB: 2 ** 30,
    TB: 2 ** 40,
    PB: 2 ** 50,
    'n*GCU': 1e-9,
    'u*GCU': 1e-6,
    'm*GCU': 1e-3,
    GCU: 1,
    'k*GCU': 1e3,
    'M*GCU': 1e6,
    'G*GCU': 1e9,
    'T*GCU': 1e12,
    'P*GCU': 1e15,
  };
  const fn = { ...noFunction, name: 'f' };
  for (const unit of names) {
    const file = join(folder, 'unit.pb');
    const locations = [{ address: 0, isFolded: false, lines: [{ fn, line: 1, column: 0 }] }];
    const samples = [{ locations, values: [1500], labels: [] }];
    writeFileSync(file, encodeProfile({ ...emptyProfile([{ type: 'a', unit }]), samples }));
    const said = execFileSync(pprof, ['-top', '-symbolize=none', '-unit=auto', file], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [, value, shown] = /^\s*([\d.]+)(\S*)\s.* f$/m.exec(said) ?? [];
    const base = bases[shown];
    const ours = unitNamed(unit);
    expect(ours === undefined, `${unit}: ${value} ${shown}`).toBe(base === undefined);
    if (ours && base) expect((Number(value) * base) / (1500 * ours.factor), unit).toBeCloseTo(1, 2);
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
