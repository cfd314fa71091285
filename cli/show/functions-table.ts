import { type StackTable, stackTable } from '../../profile/analysis/stack-table';
import { type TopRow, topFunctions } from '../../profile/analysis/top';
import { shortenPath } from '../../profile/model/frame-name';
import type { Profile } from '../../profile/model/profile';
import { defaultSampleTypeIndex, type SampleTypes } from '../../profile/model/sample-type';
import { formatPercent, formatValue } from '../../profile/model/value-format';
import { formatCount } from '../terminal/format';
import { type Paint, printable } from '../terminal/printable';
import { type Column, tableLines } from '../terminal/table';

/** The functions of a profile with the largest values of a sample type. */
export interface FunctionsTable {
  /** Sample type that the rows are ranked by. */
  type: string;
  unit: string;
  /** Value of all samples. */
  whole: number;
  rows: FunctionRow[];
  /** Functions that have no row. */
  hidden: number;
  /** A second sample type worth showing next to it, if there is one. */
  also?: { type: string; unit: string };
}

export interface FunctionRow {
  name: string;
  /** `file:line`, or what is known of it; `native` for what V8 implements itself; empty for frames like `(idle)`. */
  place: string;
  self: number;
  total: number;
  /** Total of the second sample type. */
  alsoTotal: number;
}

/** Index of the sample type `wanted`, or else of `cpu`, or else of the profile's default. */
export function mainSampleTypeIndex(profile: SampleTypes, wanted = 'cpu'): number {
  const index = profile.sampleTypes.findIndex(({ type }) => type === wanted);
  return index < 0 ? defaultSampleTypeIndex(profile) : index;
}

/**
 * The `limit` functions with the largest self value.
 *
 * @param sampleType - name of one of the profile's; default: `cpu` if there is such, because in `wall` waiting hides
 * all work (its total stands next to it), otherwise the profile's own default
 */
export function functionsTable(profile: Profile | StackTable, limit: number, sampleType?: string): FunctionsTable {
  const standard = defaultSampleTypeIndex(profile);
  const main = mainSampleTypeIndex(profile, sampleType);
  const { type, unit } = profile.sampleTypes[main] ?? { type: '', unit: '' };
  const stacks = 'stacks' in profile ? profile : stackTable(profile);
  const { total: whole, rows } = topFunctions(stacks, main);
  const alsoTotals = main === standard ? undefined : totalsOf(topFunctions(stacks, standard).rows);
  return {
    type,
    unit,
    whole,
    rows: rows.slice(0, limit).map((row) => ({
      name: nameOf(row),
      place: placeOf(row),
      self: row.self,
      total: row.total,
      alsoTotal: alsoTotals?.get(identity(row)) ?? 0,
    })),
    hidden: Math.max(0, rows.length - limit),
    also: alsoTotals && profile.sampleTypes[standard],
  };
}

function totalsOf(rows: TopRow[]): Map<string, number> {
  return new Map(rows.map((row) => [identity(row), row.total]));
}

function identity({ name, file, line }: TopRow): string {
  return JSON.stringify([name, file, line]);
}

/** An anonymous function is named after its place, which is in its own column here. */
function nameOf({ name }: TopRow): string {
  return name.replace(/^(\(anonymous\)) .*$/, '$1');
}

/** Where CDK stages a deployment package: what the stand-in for Lambda has in place of /var/task. */
const stagedPackage = /^.*\/asset\.[0-9a-f]{64}\//;

/** Frames that are no functions: `(idle)`, `(program)`, `(garbage collector)`. */
const pseudoFrame = /^\((?!anonymous\))/;

/** A path as people know it: without where a package is in the function, or was staged. */
export function shownPath(file: string): string {
  return shortenPath(file).replace(stagedPackage, '');
}

function placeOf({ name, file, line }: TopRow): string {
  if (file === '') return pseudoFrame.test(name) ? '' : 'native';
  const path = shownPath(file);
  return path !== '' && line > 0 ? `${path}:${line}` : path;
}

/** Columns of a terminal below which names need the room of all but the most important numbers. */
const roomyWidth = 90;

/** The table as lines of at most `width` characters. */
export function functionsTableLines(table: FunctionsTable, paint: Paint, width: number): string[] {
  const { type, unit, whole, also } = table;
  if (whole === 0) return [`  no ${printable(type) || 'sample'} in this profile`];
  const roomy = width >= roomyWidth;
  const columns: (Column & { cell(row: FunctionRow): string })[] = [
    { title: `${type} self`, align: 'right', cell: (row) => formatValue(row.self, unit) },
    { title: '%', align: 'right', cell: (row) => formatPercent(row.self, whole) },
    { title: `${type} total`, align: 'right', cell: (row) => formatValue(row.total, unit) },
  ];
  if (roomy) columns.push({ title: '%', align: 'right', cell: (row) => formatPercent(row.total, whole) });
  if (roomy && also) {
    columns.push({ title: `${also.type} total`, align: 'right', cell: (row) => formatValue(row.alsoTotal, also.unit) });
  }
  columns.push(
    { title: 'function', shorten: 'end', cell: (row) => row.name },
    { title: 'place', shorten: 'start', cell: (row) => row.place },
  );
  const rows = table.rows.map((row) => columns.map((column) => column.cell(row)));
  const [titles, ...lines] = tableLines(columns, rows, width - 2).map((line) => `  ${line}`);
  const rest = table.hidden > 0 ? [paint.dim(`  … and ${formatCount(table.hidden, 'other')}`)] : [];
  return [paint.dim(titles), ...lines, ...rest];
}

/** The table for programs. */
export function functionsTableJson({ type, unit, whole, rows }: FunctionsTable): object {
  return { type, unit, whole, functions: rows.map(({ name, place, self, total }) => ({ name, place, self, total })) };
}
