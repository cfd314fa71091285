import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withCost } from '../../../profile/analysis/cost';
import { toJson } from '../../../profile/export/json';
import type { Profile } from '../../../profile/model/profile';
import { at, fn, profileOf, sample } from '../support/profiles';

/** The part of JSON Schema that the published one uses. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  const?: unknown;
  minimum?: number;
  pattern?: string;
  oneOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
}

const root: Schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/profile.schema.json'), 'utf8'));

const isOfType: Record<string, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
};

/** Where `value` is not what the schema says, and how. */
function faults(value: unknown, schema: Schema, path = '$'): string[] {
  if (schema.$ref) return faults(value, root.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {}, path);
  if (schema.oneOf) {
    const fitting = schema.oneOf.filter((each) => faults(value, each, path).length === 0);
    return fitting.length === 1 ? [] : [`${path} fits ${fitting.length} of ${schema.oneOf.length}`];
  }
  const found: string[] = [];
  if (schema.type && !isOfType[schema.type]?.(value)) return [`${path} is no ${schema.type}`];
  if ('const' in schema && value !== schema.const) found.push(`${path} is not ${schema.const}`);
  if (typeof value === 'number' && schema.minimum !== undefined && value < schema.minimum)
    found.push(`${path} is ${value}`);
  if (typeof value === 'string' && schema.pattern && !new RegExp(schema.pattern).test(value))
    found.push(`${path}: ${value}`);
  if (Array.isArray(value))
    return [...found, ...value.flatMap((each, i) => faults(each, schema.items ?? {}, `${path}[${i}]`))];
  if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) if (!(name in value)) found.push(`${path} has no ${name}`);
    for (const [name, each] of Object.entries(value)) {
      const known = schema.properties?.[name] ?? schema.additionalProperties;
      if (!known) found.push(`${path}.${name} is not in the schema`);
      else found.push(...faults(each, known, `${path}.${name}`));
    }
  }
  return found;
}

const written = (profile: Profile): unknown => JSON.parse(JSON.stringify(toJson(profile, 0)));

it('What is exported is what the published schema says, and nothing more', () => {
  const labels = [
    { key: 'duration', num: 16, unit: 'milliseconds' },
    { key: 'tenant', str: 'acme' },
  ];
  const profile = profileOf(
    { ...sample(3e9, at(fn('leaf', '/var/task/a.ts', 3)), at(fn('root'))), labels },
    { locations: [], values: [2n ** 62n], labels: [{ key: 'start', num: 2n ** 60n, unit: 'nanoseconds' }] },
    { ...sample(-5, { address: 1, isFolded: false, lines: [] }) },
  );
  const full = { ...withCost(profile, { memoryMb: 512, perGbSecond: 0.00001 }), timeNanos: 5, comments: ['c'] };
  expect(faults(written(full), root)).toEqual([]);
  expect(faults(written(profileOf()), root)).toEqual([]);
});

it('The schema refuses what it does not describe', () => {
  const json = written(profileOf(sample(1, at(fn('f'))))) as Record<string, unknown>;
  expect(faults({ ...json, version: 2 }, root)).toEqual(['$.version is not 1']);
  expect(faults({ ...json, samples: [{}] }, root)).toHaveLength(4);
  expect(faults({ ...json, durationNanos: '1.5' }, root)).toEqual(['$.durationNanos fits 0 of 2']);
  expect(faults({ ...json, more: 1 }, root)).toEqual(['$.more is not in the schema']);
});
