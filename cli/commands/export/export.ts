import { toCpuProfile } from '../../../profile/export/cpuprofile';
import { toFolded } from '../../../profile/export/folded';
import { toHeapProfile } from '../../../profile/export/heapprofile';
import { toJson } from '../../../profile/export/json';
import { toMarkdown } from '../../../profile/export/markdown';
import { NegativeValuesError } from '../../../profile/export/negative-values';
import { toSpeedscope } from '../../../profile/export/speedscope';
import { toSvg } from '../../../profile/export/svg';
import { unitNamed } from '../../../profile/model/unit';
import type { SourceOptions } from '../../fetch/source';
import { packProfile } from '../../files/pprof-file';
import { writeWhole } from '../../files/write-file';
import { mainSampleTypeIndex } from '../../show/functions-table';
import { type InputProfile, readInput, requireSampleType } from '../../show/profile-input';
import { CommandError } from '../../terminal/command-error';
import { formatBytes } from '../../terminal/format';
import type { Io } from '../../terminal/io';
import { printableJson } from '../../terminal/printable';
import { singleFilePage } from '../../viewer/pages';
import type { ExportFormat } from './export-formats';

export interface ExportOptions extends Omit<SourceOptions, 'out'> {
  format: ExportFormat;
  /** @default - stdout */
  out?: string;
  sampleType?: string;
  /** Label by whose values speedscope's profiles are divided. */
  slice?: string;
  /** Folder for merged profiles and the cache. */
  cache: string;
  /** Put the text of source files in this folder into the page of a file. */
  embedSources?: boolean;
}

/** `profiled-fn export`: writes a profile for another tool. */
export async function runExport(path: string | undefined, options: ExportOptions, io: Io): Promise<void> {
  // pprof keeps all, and the page leaves out itself what drop_frames names.
  const allFrames = options.allFrames || options.format === 'pprof' || options.format === 'html';
  const inputs = await readInput(path, { ...options, allFrames, out: options.cache }, io);
  if (inputs.length > 1) {
    throw new CommandError(
      `The stack has several functions with profiles: ${inputs.map((input) => input.function).join(', ')}.`,
      'Choose one with --function.',
    );
  }
  if (inputs[0].profile.samples.length === 0) {
    io.note('Note: the profile is empty.');
  }
  const content = await contentOf(inputs[0], options).catch((error: unknown) => {
    if (!(error instanceof NegativeValuesError)) throw error;
    throw new CommandError(
      `${error.message}, and ${path ?? inputs[0].function} has some: it is a difference of profiles.`,
      'Choose another format: --format svg, markdown, json, html or pprof.',
      { cause: error },
    );
  });
  if (options.out === undefined) {
    io.content(content);
    return;
  }
  await writeWhole(options.out, content);
  io.note(`Written: ${options.out} (${formatBytes(Buffer.byteLength(content))})`);
}

async function contentOf(
  input: InputProfile,
  { format, sampleType, slice, allFrames }: ExportOptions,
): Promise<Uint8Array | string> {
  const { profile } = input;
  const title = [input.stack, input.function].filter((part) => part !== '').join('/');
  const named = sampleType === undefined ? undefined : requireSampleType(profile, sampleType, title);
  const index = named ?? mainSampleTypeIndex(profile);
  switch (format) {
    case 'pprof':
      return packProfile(profile);
    case 'html': {
      const { stack, function: fn, type } = input;
      const shown = allFrames ? { ...profile, dropFrames: '' } : profile;
      const [bytes, sources] = await Promise.all([packProfile(shown), input.sources()]);
      return singleFilePage(title, [{ stack, function: fn, type, bytes, sources }]);
    }
    case 'speedscope':
      return json(toSpeedscope(profile, index, title, slice));
    case 'json':
      return json(toJson(profile, index));
    case 'folded':
      return toFolded(profile, index);
    case 'svg':
      return toSvg(profile, index, title);
    case 'markdown':
      return toMarkdown(profile, index, title);
    case 'cpuprofile':
      return json(toCpuProfile(profile, requireUnit(input, index, 'time', 'a time', 'cpuprofile')));
    case 'heapprofile':
      return `${toHeapProfile(profile, requireUnit(input, index, 'memory', 'bytes', 'heapprofile'))}\n`;
  }
}

function json(value: object): string {
  return `${printableJson(value)}\n`;
}

function requireUnit(
  { profile, function: fn }: InputProfile,
  index: number,
  measure: 'time' | 'memory',
  what: string,
  format: string,
): number {
  const fits = (unit: string) => unitNamed(unit)?.measure === measure;
  const { type, unit } = profile.sampleTypes[index] ?? { type: 'none', unit: '' };
  if (fits(unit)) return index;
  const fitting = profile.sampleTypes.filter((each) => fits(each.unit)).map((each) => each.type);
  throw new CommandError(
    `A ${format} holds values of ${what}, and ${type} of ${fn} counts ${unit || 'nothing'}.`,
    fitting.length > 0
      ? `Choose with --sample-type: ${fitting.join(', ')}.`
      : 'Choose another format: --format folded or json.',
  );
}
