import { type Duration, Token, Tokenization } from 'aws-cdk-lib';
import { isDuration } from './duration';
import { ProfileType, type ProfilingOptions } from './profiling-options';

/** Every environment variable of the sampler begins with this; docs/architecture.md lists them. */
export const ENVIRONMENT_PREFIX = 'PROFILED_FN_';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** A number that the sampler reads, its range and what the sampler takes when it is not set. */
export interface NumberSetting {
  readonly prop: keyof ProfilingOptions;
  readonly variable: string;
  readonly unit: string;
  readonly whole: boolean;
  readonly min: number;
  readonly max: number;
  readonly standard: number;
  readonly remedy: string;
  readonly value: (options: ProfilingOptions) => number | undefined;
}

export const NUMBER_SETTINGS: readonly NumberSetting[] = [
  {
    prop: 'samplingInterval',
    variable: 'SAMPLING_INTERVAL_MS',
    unit: ' ms',
    whole: true,
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
    whole: true,
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
    whole: true,
    min: 1,
    max: 100,
    standard: 10,
    remedy: '10',
    value: (options) => options.windowSize,
  },
  {
    prop: 'instanceFraction',
    variable: 'INSTANCE_FRACTION',
    unit: '',
    whole: false,
    min: 0,
    max: 1,
    standard: 1,
    remedy: '0.1',
    value: (options) => options.instanceFraction,
  },
];

/** Every type of profile. */
export const ALL_PROFILES: readonly string[] = Object.values(ProfileType);
/** What the sampler takes when it is told nothing. */
const STANDARD_PROFILES = [ProfileType.WALL, ProfileType.HEAP, ProfileType.CUSTOM].join(',');

/**
 * The variables that tell the sampler about `options`, by name. What is as the sampler takes it anyway is not set:
 * a function's environment has 4 KB in all.
 */
export function samplerEnvironment(options: ProfilingOptions): Record<string, string> {
  const environment: Record<string, string> = {};
  const chosen: readonly string[] | undefined = options.profiles;
  const profiles = chosen ? ALL_PROFILES.filter((type) => chosen.includes(type)).join(',') : STANDARD_PROFILES;
  if (profiles !== STANDARD_PROFILES) environment[`${ENVIRONMENT_PREFIX}PROFILES`] = profiles;
  for (const { variable, standard, value } of NUMBER_SETTINGS) {
    const number = value(options) ?? standard;
    if (number !== standard) environment[`${ENVIRONMENT_PREFIX}${variable}`] = Tokenization.stringifyNumber(number);
  }
  if (options.recordRequestIds === false) environment[`${ENVIRONMENT_PREFIX}REQUEST_IDS`] = 'false';
  const labels = Object.entries(options.labels ?? {});
  if (labels.length > 0) {
    environment[`${ENVIRONMENT_PREFIX}LABELS`] = labels.map(([name, value]) => `${name}=${encoded(value)}`).join(',');
  }
  return environment;
}

/** URL-encoded, unless it is known only when it is deployed: encoding would break the token. */
function encoded(value: string): string {
  return Token.isUnresolved(value) ? value : encodeURIComponent(value);
}

function milliseconds(duration: Duration | undefined): number | undefined {
  if (duration === undefined) return undefined;
  if (!isDuration(duration)) throw new Error(`${duration} is no Duration: give Duration.millis(…) or the like`);
  return duration.toMilliseconds({ integral: false });
}
