import type { Duration } from 'aws-cdk-lib';
import { isDuration } from './duration';

/**
 * The problem with a retention, if there is one: a sentence with the remedy. S3 counts in days. A token in days has no
 * problem.
 *
 * @param prop that sets the retention, for the sentence: `'retention'`
 */
export function retentionProblem(prop: string, retention: Duration | undefined): string | undefined {
  if (retention === undefined) return undefined;
  const remedy = 'give whole days, at least one, for example Duration.days(14).';
  if (!isDuration(retention)) return `${prop} is ${retention}, which is not a Duration: ${remedy}`;
  if (retention.isUnresolved()) {
    const isInDays = retention.unitLabel() === 'days';
    return isInDays ? undefined : `${prop} is a token in ${retention.unitLabel()}: give it as Duration.days(…).`;
  }
  const days = retention.toDays({ integral: false });
  if (Number.isInteger(days) && days >= 1) return undefined;
  return `${prop} is ${retention.toHumanString()}: ${remedy}`;
}
