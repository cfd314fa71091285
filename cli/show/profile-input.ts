import { removeUninteresting } from '../../profile/analysis/uninteresting';
import type { Profile } from '../../profile/model/profile';
import type { SampleTypes } from '../../profile/model/sample-type';
import {
  isEmptied,
  nothingFetched,
  nothingSelected,
  nothingSelectedOf,
  whenNothingInAws,
} from '../fetch/nothing-fetched';
import { fetchFrom, findSource, type SourceOptions } from '../fetch/source';
import { hasNoSamples, whatThereIs } from '../snapshots/empty-selection';
import { strainTexts } from '../snapshots/instance-strain';
import { requestOfFile } from '../snapshots/request';
import { type Selection, selectSamples } from '../snapshots/selection';
import { slowestOfFile, slowestText } from '../snapshots/slowest';
import { snapshotsOfFile } from '../snapshots/snapshots-of-file';
import { sourcesForPage } from '../source-maps/source-files';
import { CommandError, exitCodes } from '../terminal/command-error';
import { formatCount } from '../terminal/format';
import type { Io } from '../terminal/io';
import { didYouMean } from '../terminal/nearest';
import { readProfileFile } from './profile-files';
import { missingBlocks } from './summary';

/** A profile to work on, and what it is of. */
export interface InputProfile {
  /** Empty: it is of no stack. */
  stack: string;
  function: string;
  type: string;
  profile: Profile;
  /** The text of source files, by their names in the profile, as far as it is at hand. */
  sources(): Promise<ReadonlyMap<string, string>>;
  /** Where flags select none of the samples: what there is to select. */
  whyEmpty?: string;
}

/**
 * What a command works on: the file that is named, or else what the flags of fetch find.
 *
 * @throws CommandError if there is no profile
 */
export async function readInput(
  file: string | undefined,
  options: SourceOptions & { embedSources?: boolean },
  io: Io,
): Promise<[InputProfile, ...InputProfile[]]> {
  if (file !== undefined) {
    const { whyEmpty, ...input } = await readSelected(file, options, io);
    if (whyEmpty !== undefined) throw nothingSelectedOf(file, options, whyEmpty);
    return [input];
  }
  const source = await findSource(options, io);
  const fetched = await fetchFrom(source, io, async (profile) => {
    profile.sources(); // while there are not the source maps of all functions
    return profile;
  });
  for (const report of fetched.slowest) io.note(`${report.function}: ${slowestText(report)}`);
  for (const strain of fetched.strain) {
    for (const { message, remedy } of strainTexts(strain)) io.note(`${strain.function}: ${message} ${remedy}`);
  }
  if (fetched.priceNote !== undefined) io.note(`Cost: ${fetched.priceNote}`);
  for (const line of missingBlocks(fetched).flat()) io.note(line);
  const { profiles } = fetched;
  if (profiles.length > 0 && isEmptied(profiles)) throw nothingSelected(profiles, options);
  const some = profiles.filter(({ whyEmpty }) => whyEmpty === undefined);
  const inputs = some.map(({ function: fn, type, profile, sources }) => ({
    stack: fetched.stack.name,
    function: fn,
    type,
    profile: options.allFrames ? profile() : interesting(profile(), fn, io),
    sources: async () => sources(),
  }));
  const [first, ...rest] = inputs;
  if (!first) throw await nothingFetched(fetched, source, whenNothingInAws);
  return [first, ...rest];
}

/** The selected part of a file. Labels tell the version, and of `wall` the snapshot, unless the file is large. */
export async function readSelected(
  file: string,
  options: Selection & Pick<SourceOptions, 'stack' | 'bucket' | 'function' | 'allFrames'> & { embedSources?: boolean },
  io: Io,
): Promise<InputProfile> {
  const { stack, bucket, function: fn, allFrames, embedSources, ...selecting } = options;
  const { since, until, instances, version, slowest, request, ...samples } = selecting;
  const [meaningless] = Object.entries({ stack, bucket, function: fn }).filter(([, value]) => value !== undefined);
  if (meaningless) {
    throw new CommandError(
      `--${meaningless.join(' ')} has no meaning for a file.`,
      'Leave the file out to fetch the profiles of the stack.',
      { exitCode: exitCodes.usage },
    );
  }
  const label = [...(samples.label ?? []), ...(version === undefined ? [] : [{ key: 'version', value: version }])];
  const { profile: read, ...of } = await readProfileFile(file);
  const whole = allFrames ? read : interesting(read, file, io);
  const snapshots = snapshotsOfFile(whole, { since, until, instances }, file);
  const profile = request === undefined ? snapshots : requestOfFile(snapshots, request, file);
  const identity = {
    stack: of.stack,
    function: of.function,
    type: of.type,
    sources: () => sourcesForPage(file, profile, process.cwd(), { embedSources, note: io.note }),
  };
  const selection = { ...samples, label };
  if (slowest === undefined) {
    const selected = selectSamples(profile, selection);
    const isEmptied = hasNoSamples(selected) && !hasNoSamples(profile);
    return { ...identity, profile: selected, ...(isEmptied && { whyEmpty: whatThereIs(profile, selection) }) };
  }
  const { profile: slow, report } = slowestOfFile(profile, { ...selection, slowest }, file);
  io.note(`${file}: ${slowestText(report)}`);
  return { ...identity, profile: selectSamples(slow, selection) };
}

/** `profile` without the frames that it names as uninteresting itself, as Go's pprof shows it; says so. */
function interesting(whole: Profile, of: string, io: Io): Profile {
  const { profile, functions, problem } = removeUninteresting(whole);
  if (problem !== undefined) io.note(`${of}: all frames are shown, as its drop_frames cannot be applied: ${problem}.`);
  if (functions > 0) {
    io.note(
      `${of}: its drop_frames hides ${formatCount(functions, 'function')} and ${functions === 1 ? 'its' : 'their'} callees; --all-frames shows all.`,
    );
  }
  return profile;
}

/**
 * Index of the sample type named `wanted`.
 *
 * @throws CommandError that lists those there are
 */
export function requireSampleType(
  { sampleTypes }: Pick<SampleTypes, 'sampleTypes'>,
  wanted: string,
  of: string,
): number {
  const index = sampleTypes.findIndex(({ type }) => type === wanted);
  if (index >= 0) return index;
  throw new CommandError(
    `${of} has no sample type ${wanted}.`,
    `${didYouMean(
      wanted,
      sampleTypes.map(({ type }) => type),
    )}Choose one with --sample-type: ${sampleTypes.map(({ type }) => type).join(', ')}.`,
  );
}
