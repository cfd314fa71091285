import { outsideMainThreadText, timeOutsideMainThreadOf } from '../../../profile/analysis/process-time';
import type { SourceOptions } from '../../fetch/source';
import { functionsTable, functionsTableJson, functionsTableLines } from '../../show/functions-table';
import { readInput, requireSampleType } from '../../show/profile-input';
import type { Io } from '../../terminal/io';
import { paintFor } from '../../terminal/printable';
import { indented } from '../../terminal/wrapped';

export interface TopOptions extends SourceOptions {
  /** Sample type to rank by. */
  sampleType?: string;
  count: number;
  json?: boolean;
}

/** `profiled-fn top`: the functions of a profile with the largest values. */
export async function runTop(path: string | undefined, options: TopOptions, io: Io): Promise<void> {
  const inputs = await readInput(path, options, io);
  const { sampleType } = options;
  const suitable =
    inputs.length === 1 || sampleType === undefined
      ? inputs
      : inputs.filter(({ profile }) => profile.sampleTypes.some(({ type }) => type === sampleType));
  if (sampleType !== undefined)
    requireSampleType((suitable[0] ?? inputs[0]).profile, sampleType, path ?? inputs[0].function);
  const tables = suitable.map((input) => ({
    input,
    table: functionsTable(input.profile, options.count, sampleType),
    outside: timeOutsideMainThreadOf(input.profile),
  }));
  if (options.json) {
    const results = tables.map(({ input: { stack, function: fn, type }, table, outside }) => ({
      stack,
      function: fn,
      type,
      ...functionsTableJson(table),
      ...(outside > 0 && { outsideMainThreadNanos: outside }),
    }));
    io.json({ version: 1, profiles: results });
    return;
  }
  const { color, width } = io.terminal;
  const paint = paintFor(color);
  const blocks = tables.map(({ input, table, outside }) => [
    ...(path === undefined ? [`${paint.bold(input.function)}  ${input.type}`] : []),
    ...functionsTableLines(table, paint, width),
    ...(outside > 0 ? indented(outsideMainThreadText(outside), width, 2) : []),
  ]);
  io.result(`${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`);
}
