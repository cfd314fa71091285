import {
  DEFAULT_COST_LIMIT,
  DEFAULT_INSTANCE_FRACTION,
  DEFAULT_LOOP_THRESHOLD_MS,
  DEFAULT_SAMPLING_INTERVAL_MS,
  DEFAULT_SNAPSHOT_INTERVAL_MS,
  DEFAULT_WINDOW_SIZE,
  ENVIRONMENT_PREFIX,
  Variable,
} from '../lib/contract/environment';
import { DEFAULT_PROFILES } from '../lib/contract/profile-types';

/** What the construct told the runtime through the function's environment; see docs/format.md. */
export interface Config {
  bucket: string;
  /** Key prefix of this function, without a slash at the end. */
  prefix: string;
  codeHash: string;
  enabled: boolean;
  /** Part of the instances that are profiled, 0 to 1. */
  instanceFraction: number;
  profiles: ReadonlySet<string>;
  samplingIntervalMs: number;
  snapshotIntervalMs: number;
  windowSize: number;
  /** Code that holds the event loop for so long is in the profile `loop`. */
  loopThresholdMs: number;
  /** What snapshots may take of the time in invocations before there are fewer of them, 0 to 1. */
  costLimit: number;
  /** Whether records may have the ids of their requests. */
  requestIds: boolean;
  /** Labels of every sample of this function. */
  labels: Readonly<Record<string, string>>;
}

type Environment = Record<string, string | undefined>;

/**
 * The user's handler, as Lambda names it: `src/index.handler`.
 *
 * @throws Error if it is not set: without it there is nothing to run
 */
export function userHandlerName(env: Environment): string {
  return required(env, Variable.HANDLER);
}

/**
 * Reads the configuration.
 *
 * @throws Error naming the variable, if one is missing or is not a number in its range
 */
export function readConfig(env: Environment): Config {
  return {
    bucket: required(env, Variable.BUCKET),
    prefix: required(env, Variable.PREFIX),
    codeHash: env[Variable.CODE_HASH] ?? '',
    enabled: env[Variable.ENABLED] !== 'false',
    instanceFraction: fraction(env, Variable.INSTANCE_FRACTION, DEFAULT_INSTANCE_FRACTION),
    profiles: new Set((env[Variable.PROFILES] ?? DEFAULT_PROFILES).split(',').map((type) => type.trim())),
    samplingIntervalMs: positive(env, Variable.SAMPLING_INTERVAL, DEFAULT_SAMPLING_INTERVAL_MS),
    snapshotIntervalMs: positive(env, Variable.SNAPSHOT_INTERVAL, DEFAULT_SNAPSHOT_INTERVAL_MS),
    windowSize: Math.ceil(positive(env, Variable.WINDOW_SIZE, DEFAULT_WINDOW_SIZE)),
    loopThresholdMs: positive(env, Variable.LOOP_THRESHOLD, DEFAULT_LOOP_THRESHOLD_MS),
    costLimit: fraction(env, Variable.COST_LIMIT, DEFAULT_COST_LIMIT),
    requestIds: env[Variable.REQUEST_IDS] !== 'false',
    labels: labels(env[Variable.LABELS] ?? ''),
  };
}

/** Takes the configuration out of the environment, which the user's code and what it starts see then as without us. */
export function hideConfig(env: Environment): void {
  for (const name of Object.keys(env)) if (name.startsWith(ENVIRONMENT_PREFIX)) delete env[name];
}

/** `name=value,name=value`, values URL-encoded. One that is known only at deployment may stand as it is. */
function labels(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), decoded(pair.slice(equals + 1))];
    }),
  );
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set: deploy the function through profiled-fn's constructs`);
  return value;
}

function positive(env: Environment, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name} is "${text}": it must be a number above 0`);
  return value;
}

function fraction(env: Environment, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new Error(`${name} is "${text}": it must be a number from 0 to 1`);
  return value;
}
