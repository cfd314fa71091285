import { type Int64, int64Of } from '../model/int64';
import type { Fn, Line, Location, Profile, Sample } from '../model/profile';
import { type ProfileColumns, ROW } from '../model/profile-columns';
import { ColumnsReader } from './columns-reader';

/**
 * The profile that `bytes`, not compressed, hold in pprof's protobuf format. See `ColumnsReader` for what is read.
 * Strings that are not UTF-8 get U+FFFD where they are broken.
 *
 * A profile written by `encodeProfile` is refused wherever it is cut off. In one of another producer a cut is noticed
 * unless it falls between two top-level fields and takes nothing away that the rest refers to: protobuf has no end mark.
 *
 * @throws MalformedProfileError with the offset and the reason, for anything else than one whole, consistent profile
 * @see https://github.com/google/pprof/blob/main/proto/profile.proto
 */
export function decodeProfile(bytes: Uint8Array): Profile {
  return profileOfColumns(new ColumnsReader().read(bytes));
}

/** What the tables say, as objects that share nothing with them. */
export function profileOfColumns(columns: ProfileColumns): Profile {
  const locations = locationsOfColumns(columns);
  return {
    ...columns.header,
    samples: Array.from({ length: columns.sampleCount }, (_, sample) => sampleOfColumns(columns, sample, locations)),
    mappings: columns.mappings,
    comments: columns.comments,
  };
}

/** The locations of the tables, by place, as objects. */
export function locationsOfColumns(columns: ProfileColumns): Location[] {
  const functions = Array.from({ length: columns.functions.length / ROW }, (_, place) => functionAt(columns, place));
  return Array.from({ length: columns.locations.length / ROW }, (_, place) => locationAt(columns, place, functions));
}

function functionAt(columns: ProfileColumns, place: number): Fn {
  const { functions: rows } = columns;
  const at = place * ROW;
  return {
    name: columns.text(rows.at(at)),
    systemName: columns.text(rows.at(at + 1)),
    filename: columns.text(rows.at(at + 2)),
    startLine: linePlace(rows.at(at + 3), rows.at(at + 4)),
  };
}

function locationAt(columns: ProfileColumns, place: number, functions: readonly Fn[]): Location {
  const { locations: rows, lines: lineRows } = columns;
  const at = place * ROW;
  const lines: Line[] = [];
  for (let line = rows.at(at + 4); line < columns.linesEnd(place); line += ROW) {
    lines.push({
      fn: functions[lineRows.at(line)] as Fn,
      line: linePlace(lineRows.at(line + 1), lineRows.at(line + 2)),
      column: linePlace(lineRows.at(line + 3), lineRows.at(line + 4)),
    });
  }
  return {
    mapping: columns.mappings[rows.at(at)],
    address: int64Of(rows.at(at + 1), rows.at(at + 2)),
    lines,
    isFolded: rows.at(at + 3) !== 0,
  };
}

/** A sample of the tables as an object; `all` are the locations of the profile, by place. */
export function sampleOfColumns(columns: ProfileColumns, sample: number, all: readonly Location[]): Sample {
  const { stacks, stackStarts, values: halves } = columns;
  const locations: Location[] = [];
  for (let i = stackStarts.at(sample); i < stackStarts.at(sample + 1); i++) {
    locations.push(all[stacks.at(i)] as Location);
  }
  const width = columns.header.sampleTypes.length * 2;
  const values: Int64[] = [];
  for (let i = sample * width; i < (sample + 1) * width; i += 2) values.push(int64Of(halves.at(i), halves.at(i + 1)));
  return { locations, values, labels: columns.labels(columns.labelSets.at(sample)) };
}

/** The reader has made sure that these are numbers. */
function linePlace(low: number, high: number): number {
  return Number(int64Of(low, high));
}
