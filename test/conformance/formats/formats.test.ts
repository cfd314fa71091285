import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { withCost } from '../../../profile/analysis/cost';
import { toCpuProfile } from '../../../profile/export/cpuprofile';
import { toHeapProfile } from '../../../profile/export/heapprofile';
import { toJson } from '../../../profile/export/json';
import { toSpeedscope } from '../../../profile/export/speedscope';
import type { Int64 } from '../../../profile/model/int64';
import type { Profile } from '../../../profile/model/profile';
import { Random } from '../../profile/support/random';
import { randomProfile } from '../../profile/support/random-profile';
import { installNodeModules } from '../support/tools';

/** What a schema says of a value: empty if it fits. */
type Validate = (value: unknown) => string[];

/** What is used of ajv, which is installed by this check. */
type AjvClass = new (
  options: object,
) => {
  compile(schema: object): { (value: unknown): boolean; errors?: { instancePath: string; message?: string }[] | null };
};

/** A type of the inspector protocol, or a property of one. */
interface ProtocolType {
  id?: string;
  name?: string;
  $ref?: string;
  type?: string;
  optional?: boolean;
  properties?: ProtocolType[];
  items?: ProtocolType;
}

let schemaOf: (schema: object) => Validate;
let protocolType: (name: string) => Validate;
let published: (file: string) => Validate;
let installed: string;

beforeAll(async () => {
  installed = await installNodeModules('formats');
  const require = createRequire(join(installed, 'x.js'));
  const { Ajv } = require('ajv') as { Ajv: AjvClass };
  const { default: Ajv2020 } = require('ajv/dist/2020') as { default: AjvClass };
  schemaOf = (schema) => {
    const options = { allErrors: true, strict: false, validateFormats: false };
    const draft = (schema as { $schema?: string }).$schema ?? '';
    const ajv = draft.includes('2020-12') ? new Ajv2020(options) : new Ajv(options);
    const validate = ajv.compile(schema);
    return (value) => (validate(value) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`));
  };
  published = (file) => schemaOf(JSON.parse(readFileSync(file, 'utf8')));
  const { domains } = require('devtools-protocol/json/js_protocol.json') as {
    domains: { domain: string; types?: ProtocolType[] }[];
  };
  const $defs = Object.fromEntries(
    domains.flatMap(({ domain, types = [] }) =>
      types.map((type) => [`${domain}.${type.id}`, jsonSchemaOf(type, domain)] as const),
    ),
  );
  protocolType = (name) => schemaOf({ $ref: `#/$defs/${name}`, $defs });
});

/** A type of the protocol as JSON Schema; what it does not name must not be there. */
function jsonSchemaOf({ $ref, type, properties, items }: ProtocolType, domain: string): object {
  if ($ref) return { $ref: `#/$defs/${$ref.includes('.') ? $ref : `${domain}.${$ref}`}` };
  if (type === 'any') return {};
  return {
    type,
    ...(items && { items: jsonSchemaOf(items, domain) }),
    ...(properties && {
      properties: Object.fromEntries(properties.map((each) => [each.name, jsonSchemaOf(each, domain)])),
      required: properties.filter(({ optional }) => !optional).map(({ name }) => name),
      additionalProperties: false,
    }),
  };
}

const types = [
  { type: 'samples', unit: 'count' },
  { type: 'wall', unit: 'nanoseconds' },
  { type: 'inuse_space', unit: 'bytes' },
];
/** Formats of V8 and speedscope have no negative values; that these are refused has a test of its own. */
const size = (value: Int64): Int64 => (typeof value === 'bigint' ? (value < 0n ? -value : value) : Math.abs(value));
/** Profiles of all that may be in one, as our own tests merge them. */
const profiles = (): Profile[] =>
  Array.from({ length: 50 }, (_, seed) => {
    const random = randomProfile(new Random(seed + 1));
    const samples = random.samples.map((each) => ({ ...each, values: types.map((_, i) => size(each.values[i] ?? 1)) }));
    return { ...random, sampleTypes: types, defaultSampleType: 'wall', samples };
  });

describe('A profile', () => {
  it('as JSON is what docs/profile.schema.json says', () => {
    const validate = published(join(import.meta.dirname, '../../../docs/profile.schema.json'));
    for (const profile of profiles()) {
      for (const each of [profile, withCost(profile, { memoryMb: 512, perGbSecond: 0.00001 })]) {
        expect(validate(JSON.parse(JSON.stringify(toJson(each, 0))))).toEqual([]);
      }
    }
    expect(validate({ version: 2 })).not.toEqual([]);
  });

  it('for speedscope is what the schema that speedscope publishes says', () => {
    const validate = published(join(installed, 'speedscope/dist/release/file-format-schema.json'));
    for (const profile of profiles()) {
      expect(validate(JSON.parse(JSON.stringify(toSpeedscope(profile, 1, 'a', 'cold_start'))))).toEqual([]);
    }
    expect(validate({ shared: { frames: [{}] }, profiles: [] })).not.toEqual([]);
  });

  it('as .cpuprofile is a Profiler.Profile of the inspector protocol', () => {
    const validate = protocolType('Profiler.Profile');
    for (const profile of profiles()) expect(validate(toCpuProfile(profile, 1))).toEqual([]);
    expect(validate({ nodes: [], startTime: 0, endTime: 0, timeDeltas: [0.5] })).not.toEqual([]);
  });

  it('as .heapprofile is a HeapProfiler.SamplingHeapProfile of the inspector protocol', () => {
    const validate = protocolType('HeapProfiler.SamplingHeapProfile');
    for (const profile of profiles()) expect(validate(JSON.parse(toHeapProfile(profile, 2)))).toEqual([]);
    expect(validate({ head: {} })).not.toEqual([]);
  });
});
