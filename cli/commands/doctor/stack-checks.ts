import { BUCKET_OUTPUT, FUNCTIONS_OUTPUT } from '../../../lib/contract/outputs';
import { isSettled, withoutFunctionsRemedy } from '../../stacks/find-stacks';
import type { Finding, StackFacts, StoreFacts } from './facts';

/** From how much on a clock is worth a word, and from how much on AWS refuses signatures; milliseconds. */
const clockLimits = { warning: 60_000, error: 5 * 60_000 };

/** @param offsetMs how far AWS's clock is ahead; undefined: nobody knows */
export function checkClock(offsetMs: number | undefined): Finding[] {
  if (offsetMs === undefined || Math.abs(offsetMs) < clockLimits.warning) return [];
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  return [
    {
      level: Math.abs(offsetMs) < clockLimits.error ? 'warning' : 'error',
      check: 'clock',
      subject: 'this computer',
      message: `The clock is ${seconds} s ${offsetMs > 0 ? 'behind' : 'ahead of'} AWS's: --since and ages are off by that, and AWS refuses signatures that are 5 minutes off.`,
      remedy: 'Set the clock, best by NTP.',
    },
  ];
}

/** Everything that can be wrong with a stack itself and its buckets. */
export function checkStack(facts: StackFacts): Finding[] {
  return [...checkStatus(facts), ...checkOutputs(facts), ...facts.stores.flatMap((store) => checkStore(store, facts))];
}

function checkStatus({ name, status, stack }: StackFacts): Finding[] {
  const finding = (level: Finding['level'], message: string, remedy?: string): Finding[] => [
    { level, check: 'stack-status', subject: 'stack', message, remedy },
  ];
  if (status === 'UPDATE_ROLLBACK_COMPLETE') {
    return finding(
      'warning',
      'Its last deployment was rolled back: the previous version is running.',
      `See why in its events: aws cloudformation describe-stack-events --stack-name ${name}.`,
    );
  }
  if (isSettled(status)) return finding('ok', status);
  if (/^DELETE/.test(status))
    return finding('error', `It is being deleted (${status}).`, withoutFunctionsRemedy(status));
  if (status === 'REVIEW_IN_PROGRESS') {
    return finding('error', 'It was never deployed: its first change set waits to be executed.', 'Deploy it.');
  }
  if (/IN_PROGRESS$/.test(status)) {
    return finding(
      stack ? 'warning' : 'error',
      `A deployment is in progress (${status}).`,
      'Wait until it has ended, and look again.',
    );
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    const command = `aws cloudformation continue-update-rollback --stack-name ${name}`;
    return finding(
      'error',
      'The rollback of its last deployment has failed.',
      `Finish it (${command}) and deploy again.`,
    );
  }
  return finding('error', `It is in status ${status}.`, withoutFunctionsRemedy(status));
}

function checkOutputs({ status, stack, outputsProblem }: StackFacts): Finding[] {
  const about = { level: 'error', check: 'outputs', subject: 'stack' } as const;
  if (outputsProblem) return [{ ...about, ...outputsProblem }];
  if (stack && stack.functions.length > 0) return [];
  if (!isSettled(status)) return []; // the status explains it
  return [
    {
      ...about,
      message: stack
        ? 'Its outputs name a bucket and no function.'
        : `Its outputs name no profiled functions (${BUCKET_OUTPUT}, ${FUNCTIONS_OUTPUT}).`,
      remedy: withoutFunctionsRemedy(status),
    },
  ];
}

function checkStore({ bucket, region, problem }: StoreFacts, facts: StackFacts): Finding[] {
  const about = { check: 'bucket', subject: 'bucket' };
  if (problem) return [{ ...about, level: 'error', ...problem }];
  if (region === undefined || region === facts.region)
    return [{ ...about, level: 'ok', message: `${bucket} can be listed.` }];
  return [
    {
      ...about,
      level: 'warning',
      message: `${bucket} is in ${region}, and the stack in ${facts.region}: each instance's first upload is sent twice, and the traffic costs.`,
      remedy: 'Use a bucket in the region of the functions.',
    },
  ];
}
