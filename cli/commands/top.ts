import { CommandError } from '../command-error';
import { functionsTable, functionsTableJson, functionsTableLines } from '../functions-table';
import type { Io } from '../io';
import { readProfileFile } from '../profile-files';
import { paintFor } from '../terminal';

export interface TopOptions {
  /** Sample type to rank by. */
  sampleType?: string;
  count: number;
  json?: boolean;
}

/** `profiled-fn top`: the functions of a pprof file with the largest values. */
export async function runTop(path: string, options: TopOptions, io: Io): Promise<void> {
  const { profile } = await readProfileFile(path);
  const types = profile.sampleTypes.map((each) => each.type);
  if (options.sampleType !== undefined && !types.includes(options.sampleType)) {
    throw new CommandError(
      `${path} has no sample type ${options.sampleType}.`,
      `Choose one of its own with --sample-type: ${types.join(', ')}.`,
    );
  }
  const table = functionsTable(profile, options.count, options.sampleType);
  if (options.json) {
    io.result(`${JSON.stringify({ version: 1, ...functionsTableJson(table) }, undefined, 2)}\n`);
    return;
  }
  io.result(`${functionsTableLines(table, paintFor(io.terminal.color), io.terminal.width).join('\n')}\n`);
}
