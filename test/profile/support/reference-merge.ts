import { functionKey, labelsKey, mappingKey } from '../../../profile/model/identity';
import { addInt64, compareInt64, type Int64, subInt64 } from '../../../profile/model/int64';
import { normalizedLabels } from '../../../profile/model/label';
import type { Fn, Location, Mapping, Profile, Sample } from '../../../profile/model/profile';
import { leastNotEmpty, mergeHeaders, type ProfileHeader } from '../../../profile/model/profile-header';

/**
 * The merge of `profiles` as its rules say, slowly: objects in maps by strings that say what they are. It shares the
 * rules of identity with the code under test, and nothing of how that finds what is the same.
 */
export function referenceMerge(profiles: readonly Profile[]): Profile {
  const mappings = new Map<string, Mapping>();
  for (const mapping of profiles.flatMap((profile) => profile.mappings)) {
    const known = mappings.get(mappingKey(mapping));
    mappings.set(mappingKey(mapping), known ? mergeMappings(known, mapping) : { ...mapping });
  }
  const mains = profiles.flatMap(({ mappings: [main] }) => (main ? [mappingKey(main)] : [])).sort(compare);
  const mappingOrder = [...mappings.keys()].sort(
    (a, b) => Number(b === mains[0]) - Number(a === mains[0]) || compare(a, b),
  );
  const functions = new Map<string, Fn>();
  const locations = new Map<string, Location>();
  const merged = new Map<string, Sample>();
  for (const { samples } of profiles) {
    for (const sample of samples.filter(({ values }) => values.some((value) => value !== 0))) {
      const stack = sample.locations.map((location) => mergedLocation(location, mappings, functions, locations));
      const labels = normalizedLabels(sample.labels);
      const key = JSON.stringify([stack.map(([at]) => at), labelsKey(labels)]);
      const known = merged.get(key);
      const values = sample.values.map((value, i) => addInt64(value, known?.values[i] ?? 0));
      merged.set(key, { locations: stack.map(([, location]) => location), values, labels });
    }
  }
  return {
    ...profiles.reduce<ProfileHeader>(mergeHeaders, { ...(profiles[0] as Profile), timeNanos: 0, durationNanos: 0 }),
    samples: [...merged.values()].filter(({ values }) => values.some((value) => value !== 0)).sort(compareSamples),
    mappings: mappingOrder.map((key) => mappings.get(key) as Mapping),
    comments: [...new Set(profiles.flatMap(({ comments }) => comments))].sort(),
  };
}

function mergedLocation(
  { mapping, address, isFolded, lines }: Location,
  mappings: Map<string, Mapping>,
  functions: Map<string, Fn>,
  locations: Map<string, Location>,
): [key: string, location: Location] {
  const offset = mapping ? subInt64(address, mapping.memoryStart) : address;
  const shared = mapping && (mappings.get(mappingKey(mapping)) as Mapping);
  const mergedLines = lines.map((line) => ({ ...line, fn: remember(functions, functionKey(line.fn), { ...line.fn }) }));
  const key = JSON.stringify([
    mapping ? mappingKey(mapping) : null,
    String(offset),
    isFolded,
    lines.map(({ fn, line, column }) => [functionKey(fn), line, column]),
  ]);
  const at = shared ? addInt64(offset, shared.memoryStart) : offset;
  return [key, remember(locations, key, { mapping: shared, address: at, isFolded, lines: mergedLines })];
}

function remember<T>(known: Map<string, T>, key: string, thing: T): T {
  const found = known.get(key) ?? thing;
  known.set(key, found);
  return found;
}

function mergeMappings(a: Mapping, b: Mapping): Mapping {
  const range = (m: Mapping): [Int64, Int64] => [m.memoryStart, m.memoryLimit];
  const least =
    compareInt64(range(a)[0], range(b)[0]) < 0 ||
    (range(a)[0] === range(b)[0] && compareInt64(range(a)[1], range(b)[1]) < 0)
      ? a
      : b;
  return {
    ...least,
    filename: leastNotEmpty(a.filename, b.filename),
    buildId: leastNotEmpty(a.buildId, b.buildId),
    hasFunctions: a.hasFunctions && b.hasFunctions,
    hasFilenames: a.hasFilenames && b.hasFilenames,
    hasLineNumbers: a.hasLineNumbers && b.hasLineNumbers,
    hasInlineFrames: a.hasInlineFrames && b.hasInlineFrames,
  };
}

/** By stack from the root, then by labels. */
function compareSamples(a: Sample, b: Sample): number {
  const [left, right] = [a, b].map(({ locations }) => [...locations].reverse()) as [Location[], Location[]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareLocations(left[i] as Location, right[i] as Location);
    if (order !== 0) return order;
  }
  return left.length - right.length || compare(labelsKey(a.labels), labelsKey(b.labels));
}

function compareLocations(a: Location, b: Location): number {
  const mapping = ({ mapping: m }: Location) => (m ? `m${mappingKey(m)}` : '');
  const offset = ({ address, mapping: m }: Location) => (m ? subInt64(address, m.memoryStart) : address);
  const order =
    compare(mapping(a), mapping(b)) || compareInt64(offset(a), offset(b)) || Number(a.isFolded) - Number(b.isFolded);
  if (order !== 0) return order;
  for (let i = 0; i < Math.min(a.lines.length, b.lines.length); i++) {
    const [x, y] = [a.lines[i], b.lines[i]] as [Location['lines'][0], Location['lines'][0]];
    const line = compare(functionKey(x.fn), functionKey(y.fn)) || x.line - y.line || x.column - y.column;
    if (line !== 0) return line;
  }
  return a.lines.length - b.lines.length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
