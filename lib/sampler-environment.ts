import { type Duration, Token, Tokenization } from 'aws-cdk-lib';
import { ProfileType, type ProfilingOptions } from './profiling-options';

/** Every environment variable of the sampler begins with this; docs/architecture.md lists them. */
export const ENVIRONMENT_PREFIX = 'PROFILED_FN_';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** A whole number that the sampler reads, its range and what the sampler takes when it is not set. */
interface NumberSetting {
  readonly prop: string;
  readonly variable: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly standard: number;
  readonly remedy: string;
  readonly value: (options: ProfilingOptions) => number | undefined;
}

const NUMBER_SETTINGS: readonly NumberSetting[] = [
  {
    prop: 'samplingInterval',
    variable: 'SAMPLING_INTERVAL_MS',
    unit: ' ms',
    min: 1,
    max: SECOND,
    standard: 10,
    remedy: 'Duration.millis(10)',
    value: (options) => milliseconds(options.samplingInterval),
  },
  {
    prop: 'snapshotInterval',
    variable: 'SNAPSHOT_INTERVAL_MS',
    unit: ' ms',
    min: SECOND,
    max: DAY,
    standard: 60 * SECOND,
    remedy: 'Duration.minutes(1)',
    value: (options) => milliseconds(options.snapshotInterval),
  },
  {
    // Two digits of the key count the slots.
    prop: 'windowSize',
    variable: 'WINDOW_SIZE',
    unit: '',
    min: 1,
    max: 100,
    standard: 10,
    remedy: '10',
    value: (options) => options.windowSize,
  },
];

const ALL_PROFILES: readonly string[] = Object.values(ProfileType);

/** What is wrong with `options`: a sentence for each, with the prop and the remedy. Tokens are taken as they are. */
export function optionProblems(options: ProfilingOptions): string[] {
  const problems = NUMBER_SETTINGS.flatMap((setting) => numberProblems(setting, setting.value(options)));
  if (options.profiles?.length === 0) {
    problems.push(
      "'profilingOptions.profiles' is empty: name at least one profile type, or set 'profilingOptions.enabled' to false.",
    );
  }
  return problems;
}

/**
 * The variables that tell the sampler about `options`, by name. What is as the sampler takes it anyway is not set:
 * a function's environment has 4 KB in all.
 */
export function samplerEnvironment(options: ProfilingOptions): Record<string, string> {
  const environment: Record<string, string> = {};
  const profiles = ALL_PROFILES.filter((type) => options.profiles?.some((chosen) => chosen === type) ?? true);
  if (profiles.length < ALL_PROFILES.length) environment[`${ENVIRONMENT_PREFIX}PROFILES`] = profiles.join(',');
  for (const { variable, standard, value } of NUMBER_SETTINGS) {
    const number = value(options) ?? standard;
    if (number !== standard) environment[`${ENVIRONMENT_PREFIX}${variable}`] = Tokenization.stringifyNumber(number);
  }
  return environment;
}

function numberProblems(setting: NumberSetting, value: number | undefined): string[] {
  const { prop, unit, min, max, remedy } = setting;
  if (value === undefined || Token.isUnresolved(value)) return [];
  if (Number.isInteger(value) && value >= min && value <= max) return [];
  return [
    `'profilingOptions.${prop}' is ${value}${unit}: give a whole number from ${min} to ${max}${unit}, for example ${remedy}.`,
  ];
}

function milliseconds(duration: Duration | undefined): number | undefined {
  return duration?.toMilliseconds({ integral: false });
}
