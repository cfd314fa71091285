import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../lib/contract/environment';
import { Frame, waitingFrame } from '../../lib/contract/frames';
import { DEFAULT_PREFIX } from '../../lib/contract/keys';
import { RESERVED_LABELS } from '../../lib/contract/labels';
import { limits } from '../../lib/contract/limits';
import * as mergedFiles from '../../lib/contract/merged-files';
import { FORMAT_VERSION, METADATA_NAMES } from '../../lib/contract/metadata';
import * as outputs from '../../lib/contract/outputs';
import { LAYER_HANDLER, RUNTIME_KEY, RUNTIME_ROOT, TASK_ROOT } from '../../lib/contract/places';
import { customProfileType, DEFAULT_PROFILES, PROFILE_TYPES } from '../../lib/contract/profile-types';
import { ARCHIVE_EXTENSION, archiveFingerprint } from '../../lib/contract/source-maps';

const text = readFileSync(join(import.meta.dirname, '../../docs/format.md'), 'utf8');

/** Names that begin a row of a table in the section with this heading; a cell may have several. */
function rowsOf(heading: string): string[] {
  const [section = ''] = text.split(new RegExp(`^#+ ${heading}$`, 'm'))[1]?.split(/^#/m) ?? [];
  const cells = Array.from(section.matchAll(/^\| (`.*?) \|/gm), ([, cell]) => cell);
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name]) => name));
}

describe('docs/format.md names', () => {
  it('the variables', () =>
    expect(rowsOf('Environment of a profiled function').sort()).toEqual(Object.values(Variable).sort()));

  it('the metadata', () => expect(rowsOf('Metadata').sort()).toEqual([...METADATA_NAMES].sort()));

  it('the profile types', () =>
    expect(rowsOf('Profiles').sort()).toEqual([...PROFILE_TYPES, customProfileType('<name>')].sort()));

  it('the frames', () =>
    expect(rowsOf('Stacks').sort()).toEqual([...Object.values(Frame), waitingFrame('<what>')].sort()));

  it('the reserved labels', () => {
    const ofMerges = ['instance', 'window'];
    const merges = text.split('## Merged profiles')[1] ?? '';
    for (const label of ofMerges) expect(merges).toContain(`\`${label}\``);
    const named = [...rowsOf('Labels'), ...rowsOf('Records of invocations'), ...ofMerges];
    expect(named.sort()).toEqual([...RESERVED_LABELS].sort());
  });

  it('the outputs', () => {
    const ids = Object.entries(outputs).flatMap(([name, id]) => (name.endsWith('_OUTPUT') ? [id] : []));
    expect(rowsOf('Find the buckets and functions')).toEqual(ids);
  });

  it.each([
    ...[DEFAULT_PREFIX, FORMAT_VERSION, DEFAULT_PROFILES, LAYER_HANDLER, TASK_ROOT, RUNTIME_ROOT],
    ...[archiveFingerprint('<code hash>'), ARCHIVE_EXTENSION],
    `<type>${mergedFiles.MERGED_FILE_ENDING}`,
    `<type>${mergedFiles.SOURCES_FILE_ENDING}`,
    `${mergedFiles.SELECTION_NOTE}…`,
    `${mergedFiles.COST_SAMPLE_TYPE.type}/${mergedFiles.COST_SAMPLE_TYPE.unit}`,
    `globalThis[Symbol.for('${RUNTIME_KEY}')]`,
  ])('%s', (value) => expect(text).toContain(`\`${value}\``));

  it('the limits', () => {
    const [section = ''] = text.split('## Limits')[1]?.split('## ') ?? [];
    const written = (value: number) =>
      [value.toLocaleString('en-US'), `${value / 2 ** 20} MiB`].some((each) => section.includes(` ${each}`));
    // The field of a period type is not a repeated one.
    const { periodTypes, ...others } = limits;
    expect(Object.entries(others).filter(([, value]) => !written(value))).toEqual([]);
    for (const most of [mergedFiles.MAX_RECORDS, mergedFiles.MAX_DETAILED_SAMPLES]) {
      expect(text).toContain(` ${most.toLocaleString('en-US')} `);
    }
  });
});
