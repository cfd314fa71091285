import * as pprof from 'pprof-format';
import { type Int64, int64 } from '../../../profile/model/int64';
import type { Fn, Label, Location, Mapping, Profile, ValueType } from '../../../profile/model/profile';

/** Datadog's pprof-format, an implementation that shares nothing with ours, between bytes and our model. */

type Numeric = number | bigint | undefined;

/** What pprof-format reads from `bytes`. It takes signed integers for unsigned: `int64` puts that right. */
export function decodeWithOracle(bytes: Uint8Array): Profile {
  const source = pprof.Profile.decode(bytes);
  const text = (index: Numeric) => source.stringTable.strings[Number(index ?? 0)];
  const int = (value: Numeric): Int64 => int64(BigInt(value ?? 0));
  const valueType = ({ type, unit }: pprof.ValueType): ValueType => ({ type: text(type), unit: text(unit) });
  const mappings = new Map<number, Mapping>(
    source.mapping.map((m) => [
      Number(m.id),
      {
        memoryStart: int(m.memoryStart),
        memoryLimit: int(m.memoryLimit),
        fileOffset: int(m.fileOffset),
        filename: text(m.filename),
        buildId: text(m.buildId),
        hasFunctions: m.hasFunctions,
        hasFilenames: m.hasFilenames,
        hasLineNumbers: m.hasLineNumbers,
        hasInlineFrames: m.hasInlineFrames,
      },
    ]),
  );
  const functions = new Map<number, Fn>(
    source.function.map((f) => [
      Number(f.id),
      {
        name: text(f.name),
        systemName: text(f.systemName),
        filename: text(f.filename),
        startLine: Number(f.startLine),
      },
    ]),
  );
  const locations = new Map<number, Location>(
    source.location.map((l) => [
      Number(l.id),
      {
        mapping: mappings.get(Number(l.mappingId)),
        address: int(l.address),
        lines: l.line.map(({ functionId, line, column }) => ({
          fn: functions.get(Number(functionId)) as Fn,
          line: Number(line),
          column: Number(column),
        })),
        isFolded: l.isFolded,
      },
    ]),
  );
  const label = ({ key, str, num, numUnit }: pprof.Label): Label =>
    str ? { key: text(key), str: text(str) } : { key: text(key), num: int(num), unit: text(numUnit) };
  return {
    sampleTypes: source.sampleType.map(valueType),
    defaultSampleType: text(source.defaultSampleType),
    samples: source.sample.map(({ locationId, value, label: labels }) => ({
      locations: locationId.map((id) => locations.get(Number(id)) as Location),
      values: value.map(int),
      labels: labels.map(label),
    })),
    mappings: [...mappings.values()],
    periodType: source.periodType && valueType(source.periodType),
    period: int(source.period),
    timeNanos: int(source.timeNanos),
    durationNanos: int(source.durationNanos),
    comments: source.comment.map(text),
    dropFrames: text(source.dropFrames),
    keepFrames: text(source.keepFrames),
    docUrl: text(source.docUrl),
  };
}

/** `profile` as pprof-format writes it. Each function and location gets an id of its own. */
export function encodeWithOracle(profile: Profile): Uint8Array {
  const stringTable = new pprof.StringTable();
  const text = (value: string) => stringTable.dedup(value);
  const valueType = ({ type, unit }: ValueType) => ({ type: text(type), unit: text(unit) });
  const locations = [...new Set(profile.samples.flatMap((sample) => sample.locations))];
  const functions = [...new Set(locations.flatMap((location) => location.lines.map((line) => line.fn)))];
  const mappings = profile.mappings;
  const input: pprof.ProfileInput = {
    sampleType: profile.sampleTypes.map(valueType),
    sample: profile.samples.map((sample) => ({
      locationId: sample.locations.map((location) => locations.indexOf(location) + 1),
      value: sample.values,
      label: sample.labels.map((label) =>
        'str' in label
          ? { key: text(label.key), str: text(label.str) }
          : { key: text(label.key), num: label.num, numUnit: text(label.unit) },
      ),
    })),
    mapping: mappings.map((m, i) => ({ ...m, id: i + 1, filename: text(m.filename), buildId: text(m.buildId) })),
    location: locations.map((l, i) => ({
      id: i + 1,
      mappingId: l.mapping ? mappings.indexOf(l.mapping) + 1 : 0,
      address: l.address,
      line: l.lines.map(({ fn, line, column }) => ({ functionId: functions.indexOf(fn) + 1, line, column })),
      isFolded: l.isFolded,
    })),
    function: functions.map((fn, i) => ({
      id: i + 1,
      name: text(fn.name),
      systemName: text(fn.systemName),
      filename: text(fn.filename),
      startLine: fn.startLine,
    })),
    dropFrames: text(profile.dropFrames),
    keepFrames: text(profile.keepFrames),
    timeNanos: profile.timeNanos,
    durationNanos: profile.durationNanos,
    periodType: profile.periodType && valueType(profile.periodType),
    period: profile.period,
    comment: profile.comments.map(text),
    defaultSampleType: text(profile.defaultSampleType),
    docUrl: text(profile.docUrl),
    stringTable,
  };
  return new pprof.Profile(input).encode();
}
