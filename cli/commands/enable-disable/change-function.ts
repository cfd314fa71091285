import { setTimeout as sleep } from 'node:timers/promises';
import { Variable } from '../../../lib/contract/environment';
import type { FunctionConfiguration, Lambda } from '../../aws/lambda';
import { type ProfilingSwitch, readSwitch, sameSwitch, withSwitch } from '../../stacks/profiling-switch';
import { CommandError } from '../../terminal/command-error';

/** How often a change is tried where others change the function at the same time. */
const attempts = 5;

/** How long to wait before a function is looked at again that was busy when it was to be changed, milliseconds. */
const busyPauseMs = 300;

/** How long an update may be in progress, milliseconds. Most take seconds, one in a VPC a minute. */
const patienceMs = 180_000;

/** What a function needs for its switch to be changed: its variables. */
export interface ChangeableFunction extends FunctionConfiguration {
  environment: { variables: Record<string, string> };
}

/**
 * A function whose switch can be changed.
 *
 * @throws CommandError that says why it cannot
 */
export function requireChangeable(name: string, found: FunctionConfiguration | undefined): ChangeableFunction {
  if (!found) {
    throw new CommandError(`Lambda has no function ${name} any more.`, 'Deploy its stack again.');
  }
  const { environment } = found;
  if ('hidden' in environment) {
    throw new CommandError(
      `The variables of ${name} cannot be read, so they would be lost: ${environment.hidden.replace(/\.$/, '')}.`,
      'Allow kms:Decrypt on its key for the role or user that you sign in as.',
    );
  }
  if (environment.variables[Variable.HANDLER] === undefined) {
    throw new CommandError(
      `${name} has no sampler: it is deployed without profiled-fn.`,
      'Make it a ProfiledFunction (with profilingOptions.enabled, if that is false) and deploy it.',
    );
  }
  return { ...found, environment };
}

/**
 * Changes the switch of a function, whatever else is changed at the same time, and waits until that has taken effect.
 *
 * @throws CommandError if Lambda refuses, or the change does not succeed
 */
export async function changeSwitch(
  lambda: Lambda,
  name: string,
  change: (now: ProfilingSwitch) => ProfilingSwitch,
): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { environment, revisionId } = requireChangeable(name, await settled(lambda, name));
    const now = readSwitch(environment.variables);
    const then = change(now);
    if (sameSwitch(now, then)) return;
    const outcome = await lambda.setEnvironment(name, withSwitch(environment.variables, then), revisionId);
    if (outcome === 'too-large') {
      throw new CommandError(
        `The variables of ${name} would be larger than the 4 KB that Lambda takes.`,
        'Set profilingOptions in the CDK app and deploy it, or make the variables smaller.',
      );
    }
    if (outcome === 'busy') await sleep(busyPauseMs);
    if (outcome !== 'done') continue; // it has changed since it was read
    const after = await settled(lambda, name);
    if (after?.update.status !== 'Failed') return;
    throw new CommandError(
      `Lambda has not taken the change of ${name}: ${after.update.reason.replace(/\.$/, '')}.`,
      'Deploy its stack again.',
    );
  }
  throw new CommandError(
    `${name} is repeatedly being changed by others.`,
    'Wait until its deployment has ended, and try again.',
  );
}

/** The function once nothing about it is in progress. */
async function settled(lambda: Lambda, name: string): Promise<FunctionConfiguration | undefined> {
  const deadline = performance.now() + patienceMs;
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 1.5, 3000)) {
    const found = await lambda.configuration(name);
    if (found?.update.status !== 'InProgress' && found?.state !== 'Pending') return found;
    if (performance.now() > deadline) {
      throw new CommandError(
        `An update of ${name} has been in progress for ${patienceMs / 60_000} minutes.`,
        'See its state in the console of Lambda, and try again.',
      );
    }
    await sleep(waitMs);
  }
}
