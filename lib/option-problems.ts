import { Token } from 'aws-cdk-lib';
import { isReservedLabel } from './contract/labels';
import { isDuration } from './duration';
import { prefixProblem } from './prefix-problem';
import type { ProfilingOptions } from './profiling-options';
import { retentionProblem } from './retention-problem';
import { ALL_PROFILES, NUMBER_SETTINGS, type NumberSetting } from './sampler-environment';

/** Limits of labels, which share the 4 KB of a function's environment with everything else in it. */
const MAX_LABELS = 10;
const MAX_LABEL_NAME_LENGTH = 64;
const MAX_LABEL_VALUE_LENGTH = 128;

/**
 * The problems of `options`: a sentence for each, with the prop and the remedy. Tokens are accepted.
 *
 * @param path of the options, for the names of props: `profilingOptions.`, or nothing
 */
export function optionProblems(options: ProfilingOptions, path = ''): string[] {
  const name: Name = (prop) => `'${path}${prop}'`;
  return [
    ...NUMBER_SETTINGS.map((setting) => numberProblem(name, setting, options)),
    profilesProblem(name, options),
    ...storeProblems(name, options),
    ...labelProblems(name, options.labels ?? {}),
  ].filter((problem) => problem !== undefined);
}

/** A prop's name in a sentence. */
type Name = (prop: keyof ProfilingOptions) => string;

function numberProblem(name: Name, setting: NumberSetting, options: ProfilingOptions): string | undefined {
  const { prop, unit, whole, min, max, remedy } = setting;
  let value: number | undefined;
  try {
    value = setting.value(options);
  } catch (cause) {
    // No Duration, or a token in another unit, which cannot be converted: CDK names the one to use.
    return `${name(prop)} cannot be used: ${(cause as Error).message}.`;
  }
  if (value === undefined || Token.isUnresolved(value)) return undefined;
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return undefined;
  const kind = whole ? 'a whole number' : 'a number';
  return `${name(prop)} is ${value}${unit}: give ${kind} from ${min} to ${max}${unit}, for example ${remedy}.`;
}

function profilesProblem(name: Name, { profiles }: ProfilingOptions): string | undefined {
  if (profiles?.length === 0) {
    return `${name('profiles')} is empty: name at least one profile type, or set ${name('enabled')} to false.`;
  }
  // Compilers refuse these; apps in plain JavaScript have none.
  const unknown = profiles?.filter((type) => !ALL_PROFILES.includes(type)) ?? [];
  return unknown.length > 0
    ? `${name('profiles')} has '${unknown.join("', '")}': use ProfileType, which has ${ALL_PROFILES.join(', ')}.`
    : undefined;
}

function storeProblems(name: Name, options: ProfilingOptions): (string | undefined)[] {
  const { store, bucket, prefix, retention } = options;
  const problems: (string | undefined)[] = [];
  // Compilers refuse these two; apps in plain JavaScript have none.
  if (store && !store.bucket) {
    problems.push(`${name('store')} is not a ProfileStore: create one, or set ${name('bucket')} if it is a bucket.`);
  }
  if (bucket && typeof bucket.arnForObjects !== 'function') {
    problems.push(`${name('bucket')} is not a bucket: for a name, use Bucket.fromBucketName(this, 'Profiles', name).`);
  }
  if (store && bucket) {
    problems.push(`${name('store')} and ${name('bucket')} are both set: a store has its bucket, so omit one of them.`);
  }
  if (prefix !== undefined) problems.push(prefixProblem(name('prefix'), prefix));
  if (prefix !== undefined && !bucket) {
    problems.push(
      `${name('prefix')} needs ${name('bucket')}: set that too, or ${name('store')} to a ProfileStore with this 'prefix'.`,
    );
  }
  if (isDuration(retention) && retention.isUnresolved()) {
    problems.push(
      `${name('retention')} is a token, which cannot be compared with the values of other functions of the stack: ` +
        `set ${name('store')} to a ProfileStore with this 'retention'.`,
    );
  } else problems.push(retentionProblem(name('retention'), retention));
  if (retention && (store || bucket)) {
    const remedy = store ? "set 'retention' of the ProfileStore" : 'add a lifecycle rule to the bucket';
    problems.push(`${name('retention')} applies only to the stack's default store: ${remedy} instead.`);
  }
  return problems;
}

function labelProblems(name: Name, labels: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(labels);
  const problems: string[] = [];
  if (entries.length > MAX_LABELS) {
    problems.push(`${name('labels')} has ${entries.length} labels: keep at most ${MAX_LABELS}.`);
  }
  for (const [label, value] of entries) {
    const where = `${name('labels')} has '${label}'`;
    if (!/^[A-Za-z0-9_.-]+$/.test(label) || label.length > MAX_LABEL_NAME_LENGTH) {
      problems.push(`${where}: give a name of 1 to ${MAX_LABEL_NAME_LENGTH} characters of A-Z a-z 0-9 . _ and -.`);
    }
    if (isReservedLabel(label)) problems.push(`${where}, which is a label of profiled-fn: choose another name.`);
    if (Token.isUnresolved(value)) continue;
    if (value === '' || value.length > MAX_LABEL_VALUE_LENGTH) {
      problems.push(`${where} with ${value.length} characters: give 1 to ${MAX_LABEL_VALUE_LENGTH}.`);
    }
  }
  return problems;
}
