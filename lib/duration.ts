import type { Duration } from 'aws-cdk-lib';

/** Whether a value is a Duration, of whichever copy of CDK: apps in plain JavaScript may give a number, unseen. */
export function isDuration(value: Duration | undefined): value is Duration {
  return typeof value?.toMilliseconds === 'function';
}
