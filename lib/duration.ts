import type { Duration } from 'aws-cdk-lib';

/** Whether a value is a Duration, of any copy of CDK. Apps in plain JavaScript may pass a number without an error. */
export function isDuration(value: Duration | undefined): value is Duration {
  return typeof value?.toMilliseconds === 'function';
}
