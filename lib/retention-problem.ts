import type { Duration } from 'aws-cdk-lib';
import { isDuration } from './duration';

/**
 * What is wrong with a retention, if anything: a sentence with the remedy. S3 counts in days. Nothing is said of a
 * number of days that is a token.
 *
 * @param prop where the retention is set, for the sentence: `'retention'`
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
