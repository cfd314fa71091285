import { Variable } from '../../../lib/contract/environment';
import { functionPrefix } from '../../../lib/contract/keys';
import { FORMAT_VERSION } from '../../../lib/contract/metadata';
import { LAYER_HANDLER, LAYER_ID } from '../../../lib/contract/places';
import type { FunctionConfiguration } from '../../aws/lambda';
import { heldComplaint, leftOutComplaint } from '../../snapshots/instance-strain';
import { readSwitch, switchText } from '../../stacks/profiling-switch';
import { formatCount, formatInstant } from '../../terminal/format';
import type { Finding, FunctionFacts, StackFacts } from './facts';

/** What a check says of a function: nothing, or what is wrong and what to do. */
type Complaint = Pick<Finding, 'level' | 'message' | 'remedy'> | undefined;

/** A check of a function that Lambda has. */
type ConfigurationCheck = (configuration: FunctionConfiguration, fn: FunctionFacts, facts: StackFacts) => Complaint;

/** A check of what a function has left in its bucket. */
type SnapshotCheck = (fn: FunctionFacts, facts: StackFacts) => Complaint;

const redeploy = (facts: StackFacts) => `Deploy stack ${facts.name} with the current profiled-fn.`;
const flags = ({ name }: FunctionFacts, facts: StackFacts) => `--stack ${facts.name} --function ${name}`;

/** Everything that can be wrong with a function; where nothing is, what there is of it. */
export function checkFunction(fn: FunctionFacts, facts: StackFacts): Finding[] {
  const finding = (check: string, complaint: Complaint): Finding[] =>
    complaint ? [{ check, subject: fn.name, ...complaint }] : [];
  const { configuration } = fn;
  const found = [
    ...finding('function', checkPresence(fn, facts)),
    ...(configuration
      ? Object.entries(configurationChecks).flatMap(([name, check]) => finding(name, check(configuration, fn, facts)))
      : []),
    ...Object.entries(snapshotChecks).flatMap(([name, check]) => finding(name, check(fn, facts))),
  ];
  return found.length > 0 ? found : [{ level: 'ok', check: 'function', subject: fn.name, message: summary(fn) }];
}

function summary({ configuration, snapshots: { count, instances, last } }: FunctionFacts): string {
  const variables = variablesOf(configuration);
  const profiled = variables ? `${switchText(readSwitch(variables))}, ` : '';
  return `${profiled}${formatCount(count, 'snapshot')} of ${formatCount(instances, 'instance')}${last ? `, last ${formatInstant(last)} UTC` : ''}`;
}

function checkPresence({ lambdaName, configuration, problem }: FunctionFacts, facts: StackFacts): Complaint {
  if (problem) return { level: 'warning', ...problem };
  if (configuration) return undefined;
  return {
    level: 'error',
    message: `Lambda has no function ${lambdaName}: it was deleted by other means than its stack.`,
    remedy: `Take it out of stack ${facts.name}, deploy, put it back and deploy again.`,
  };
}

/** By name; each looks at one thing. */
export const configurationChecks: Record<string, ConfigurationCheck> = {
  runtime({ runtime, image }) {
    const major = Number(/^nodejs(\d+)\.x$/.exec(runtime)?.[1]);
    if (!image && major >= 20) return undefined;
    return {
      level: 'error',
      message: image ? 'It is a container image, which takes no layer.' : `Its runtime ${runtime} is not supported.`,
      remedy: image ? 'Deploy it as a zip file.' : 'Use nodejs20.x or newer.',
    };
  },

  state({ state, update }, _, facts) {
    if (state === 'Failed' || update.status === 'Failed') {
      return {
        level: 'error',
        message: `Its last change has failed: ${update.reason.replace(/\.$/, '') || 'Lambda does not say why'}.`,
        remedy: `Deploy stack ${facts.name} again.`,
      };
    }
    if (update.status !== 'InProgress') return undefined;
    return { level: 'warning', message: 'It is being changed.', remedy: 'Look again in a minute.' };
  },

  handler({ handler, image }, _, facts) {
    if (image || handler === LAYER_HANDLER) return undefined;
    return {
      level: 'error',
      message: `Its handler is ${handler}, not ${LAYER_HANDLER}: it is not profiled.`,
      remedy: `${redeploy(facts)} If it is: something after it sets the handler.`,
    };
  },

  layer({ layers, image }, _, facts) {
    if (image || layers.some(isOurLayer)) return undefined;
    return {
      level: 'error',
      message: `It has no layer of profiled-fn (${LAYER_ID}…): it cannot even start.`,
      remedy: `${redeploy(facts)} If it is: something after it sets the layers.`,
    };
  },

  'layer-version'({ layers }, _, facts) {
    const versionOf = (arns: string[]) =>
      Math.max(...arns.filter(isOurLayer).map((arn) => Number(arn.split(':').at(-1))));
    const own = versionOf(layers);
    const same = facts.functions.filter(
      ({ configuration }) => layerName(configuration?.layers ?? []) === layerName(layers),
    );
    const newest = Math.max(...same.map(({ configuration }) => versionOf(configuration?.layers ?? [])));
    if (!(own < newest)) return undefined;
    return {
      level: 'warning',
      message: `It has version ${own} of the layer, and others of the stack have ${newest}.`,
      remedy: redeploy(facts),
    };
  },

  environment({ environment }) {
    if (!('hidden' in environment)) return undefined;
    return {
      level: 'warning',
      message: `Its variables cannot be read: ${environment.hidden.replace(/\.$/, '')}.`,
      remedy: 'Allow kms:Decrypt on its key for the role or user that you sign in as.',
    };
  },

  variables(configuration, _, facts) {
    const variables = variablesOf(configuration);
    if (!variables) return undefined;
    const needed = [Variable.HANDLER, Variable.BUCKET, Variable.PREFIX];
    const missing = needed.filter((name) => !variables[name]);
    if (missing.length === 0) return undefined;
    return {
      level: 'error',
      message: `It lacks ${missing.join(', ')}.`,
      remedy: `${redeploy(facts)} If it is: something after it sets the environment.`,
    };
  },

  place(configuration, fn, facts) {
    const { [Variable.BUCKET]: bucket, [Variable.PREFIX]: prefix } = variablesOf(configuration) ?? {};
    if (!bucket || !prefix) return undefined;
    const expected = facts.stores.map((store) => ({
      bucket: store.bucket,
      prefix: functionPrefix(store.prefix, facts.name, fn.name),
    }));
    if (expected.some((place) => place.bucket === bucket && place.prefix === prefix)) return undefined;
    return {
      level: 'error',
      message: `It writes to s3://${bucket}/${prefix}, and the outputs of the stack say ${expected.map((place) => `s3://${place.bucket}/${place.prefix}`).join(' or ')}.`,
      remedy: redeploy(facts),
    };
  },

  switch(configuration, fn, facts) {
    const variables = variablesOf(configuration);
    if (!variables) return undefined;
    const state = readSwitch(variables);
    if (state.enabled && state.fraction > 0) return undefined;
    return {
      level: Number.isNaN(state.fraction) ? 'error' : 'warning',
      message: state.enabled
        ? `Its variable ${Variable.INSTANCE_FRACTION} is ${variables[Variable.INSTANCE_FRACTION]}: no instance is profiled.`
        : `It is turned off: its variable ${Variable.ENABLED} is false.`,
      remedy: `profiled-fn enable ${flags(fn, facts)}`,
    };
  },

  'other-profiler'(configuration) {
    const { NODE_OPTIONS = '', DD_PROFILING_ENABLED = '' } = variablesOf(configuration) ?? {};
    const option = /(?:^|\s)(--(?:inspect(?:-brk|-wait)?|cpu-prof|heap-prof|prof))(?:[=\s]|$)/.exec(NODE_OPTIONS)?.[1];
    const datadog = ['true', '1', 'auto'].includes(DD_PROFILING_ENABLED);
    if (!option && !datadog) return undefined;
    return {
      level: 'warning',
      message: `It runs with ${option ? `${option} in NODE_OPTIONS` : 'DD_PROFILING_ENABLED'}: profiling is disabled.`,
      remedy: `Remove ${option ?? 'the variable'} to profile it.`,
    };
  },

  memory({ memoryMb }) {
    if (memoryMb >= smallestMemoryMb) return undefined;
    return {
      level: 'warning',
      message: `It has ${memoryMb} MB of memory: if less than 16 MB are left after initialization, profiling is disabled.`,
      remedy: `Give it ${smallestMemoryMb} MB, or check its log for a line of profiled-fn about it.`,
    };
  },
};

/** Node.js itself takes 60 to 90 MB, and the sampler 5 to 14 (docs/overhead.md): in 128 MB little else finds room. */
const smallestMemoryMb = 192;

/** How old the latest snapshot of a function may be; milliseconds. */
const freshMs = 24 * 3_600_000;

/** How long after a change a snapshot may be awaited; milliseconds. */
const patienceMs = 3_600_000;

/** The format of snapshots that this version writes and reads. */
const knownFormat = Number(FORMAT_VERSION);

/** By name; each looks at one thing. */
export const snapshotChecks: Record<string, SnapshotCheck> = {
  'no-snapshot'(fn, facts) {
    if (fn.snapshots.count > 0 || !isExpected(fn, facts)) return undefined;
    const since = fn.configuration
      ? ` since ${formatInstant(fn.configuration.lastModified)} UTC, when it was changed`
      : '';
    return {
      level: 'warning',
      message: `It has no snapshot: it was not invoked${since}, its snapshots have expired, or it cannot write them.`,
      remedy: `profiled-fn load ${flags(fn, facts)} --count 20 --concurrency 20 invokes it on several instances: below 1 GB of memory one in four is profiled. If it has run, its log has lines of profiled-fn that say why.`,
    };
  },

  stale(fn, facts) {
    const { last } = fn.snapshots;
    if (!last || !isExpected(fn, facts)) return undefined;
    const changed = fn.configuration?.lastModified;
    const age = facts.now.getTime() - last.getTime();
    if (changed && last < changed && facts.now.getTime() - changed.getTime() > patienceMs) {
      return {
        level: 'warning',
        message: `Its last snapshot (${formatInstant(last)} UTC) is from before its last change (${formatInstant(changed)} UTC).`,
        remedy: 'If it has run since then, lines of profiled-fn in its log give the reason.',
      };
    }
    if (age < freshMs) return undefined;
    return {
      level: 'warning',
      message: `Its last snapshot is from ${formatInstant(last)} UTC, ${formatCount(Math.floor(age / freshMs), 'day')} ago.`,
      remedy: 'If it has run since then, lines of profiled-fn in its log give the reason.',
    };
  },

  metadata({ metadataProblem }) {
    return metadataProblem && { level: 'error', ...metadataProblem };
  },

  format({ metadata }, facts) {
    const format = Number(metadata?.format ?? Number.NaN);
    if (Number.isNaN(format) || format === knownFormat) return undefined;
    return format > knownFormat
      ? {
          level: 'error',
          message: `Its snapshots have format ${format}, and this version of profiled-fn supports ${knownFormat}.`,
          remedy: 'Use a newer one: npx profiled-fn@latest.',
        }
      : {
          level: 'warning',
          message: `Its snapshots have format ${format}, an old one: its layer is old.`,
          remedy: redeploy(facts),
        };
  },

  dropped({ metadata }) {
    const dropped = Number(metadata?.['dropped-snapshots'] ?? 0);
    if (!(dropped > 0)) return undefined;
    return {
      level: 'warning',
      message: `The instance of its latest snapshot has lost ${formatCount(dropped, 'snapshot')} that could not be stored.`,
      remedy: 'Its log has lines of profiled-fn that say why.',
    };
  },

  leftOut({ metadata }) {
    const complaint = leftOutComplaint(metadata);
    return complaint && { level: 'warning', ...complaint };
  },

  held({ metadata }) {
    const complaint = heldComplaint(metadata);
    return complaint && { level: 'warning', ...complaint };
  },
};

/** Whether snapshots should be there: its buckets can be seen, and nothing else explains that there are none. */
function isExpected({ configuration, problem }: FunctionFacts, { stores }: StackFacts): boolean {
  if (stores.some((store) => store.problem)) return false;
  if (!configuration && !problem) return false; // Lambda does not have it
  const variables = variablesOf(configuration);
  if (!variables) return true;
  const { enabled, fraction } = readSwitch(variables);
  return enabled && fraction > 0;
}

function variablesOf(configuration: FunctionConfiguration | undefined): Record<string, string> | undefined {
  const environment = configuration?.environment;
  return environment && 'variables' in environment ? environment.variables : undefined;
}

/** The layer's name is made of its id. */
const OUR_LAYER = new RegExp(`:layer:[^:]*${LAYER_ID}[^:]*:\\d+$`);

function isOurLayer(arn: string): boolean {
  return OUR_LAYER.test(arn);
}

function layerName(layers: string[]): string | undefined {
  return layers.find(isOurLayer)?.replace(/:\d+$/, '');
}
