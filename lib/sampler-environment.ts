import { type Duration, Token, Tokenization } from 'aws-cdk-lib';
import {
  DEFAULT_INSTANCE_FRACTION,
  DEFAULT_SAMPLING_INTERVAL_MS,
  DEFAULT_SNAPSHOT_INTERVAL_MS,
  DEFAULT_WINDOW_SIZE,
  Variable,
} from './contract/environment';
import { MAX_WINDOW_SIZE } from './contract/keys';
import { CUSTOM_PROFILES, DEFAULT_PROFILES, PROFILE_TYPES } from './contract/profile-types';
import { isDuration } from './duration';
import type { ProfilingOptions } from './profiling-options';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/** A number that the sampler reads, its range and the sampler's default. */
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
    variable: Variable.SAMPLING_INTERVAL,
    unit: ' ms',
    whole: true,
    min: 1,
    max: SECOND,
    standard: DEFAULT_SAMPLING_INTERVAL_MS,
    remedy: 'Duration.millis(10)',
    value: (options) => milliseconds(options.samplingInterval),
  },
  {
    prop: 'snapshotInterval',
    variable: Variable.SNAPSHOT_INTERVAL,
    unit: ' ms',
    whole: true,
    min: SECOND,
    max: DAY,
    standard: DEFAULT_SNAPSHOT_INTERVAL_MS,
    remedy: 'Duration.minutes(1)',
    value: (options) => milliseconds(options.snapshotInterval),
  },
  {
    prop: 'windowSize',
    variable: Variable.WINDOW_SIZE,
    unit: '',
    whole: true,
    min: 1,
    max: MAX_WINDOW_SIZE,
    standard: DEFAULT_WINDOW_SIZE,
    remedy: '10',
    value: (options) => options.windowSize,
  },
  {
    prop: 'instanceFraction',
    variable: Variable.INSTANCE_FRACTION,
    unit: '',
    whole: false,
    min: 0,
    max: 1,
    standard: DEFAULT_INSTANCE_FRACTION,
    remedy: '0.1',
    value: (options) => options.instanceFraction,
  },
];

/** Every type of profile that can be chosen. */
export const ALL_PROFILES: readonly string[] = [...PROFILE_TYPES, CUSTOM_PROFILES];

/**
 * The variables for `options`, by name. Values that are the sampler's defaults are not set: a function's environment
 * has 4 KB in all.
 */
export function samplerEnvironment(options: ProfilingOptions): Record<string, string> {
  const environment: Record<string, string> = {};
  const chosen: readonly string[] | undefined = options.profiles;
  const profiles = chosen ? ALL_PROFILES.filter((type) => chosen.includes(type)).join(',') : DEFAULT_PROFILES;
  if (profiles !== DEFAULT_PROFILES) environment[Variable.PROFILES] = profiles;
  for (const { variable, standard, value } of NUMBER_SETTINGS) {
    const number = value(options) ?? standard;
    if (number !== standard) environment[variable] = Tokenization.stringifyNumber(number);
  }
  if (options.recordRequestIds === false) environment[Variable.REQUEST_IDS] = 'false';
  const labels = Object.entries(options.labels ?? {});
  if (labels.length > 0) {
    environment[Variable.LABELS] = labels.map(([name, value]) => `${name}=${encoded(value)}`).join(',');
  }
  return environment;
}

/** URL-encoded, unless it is known only when it is deployed: encoding would break the token. */
function encoded(value: string): string {
  return Token.isUnresolved(value) ? value : encodeURIComponent(value);
}

function milliseconds(duration: Duration | undefined): number | undefined {
  if (duration === undefined) return undefined;
  if (!isDuration(duration)) throw new Error(`${duration} is not a Duration. Use for example Duration.millis(…)`);
  return duration.toMilliseconds({ integral: false });
}
