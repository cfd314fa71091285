import { Aspects, type IAspect } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, NagSuppressions, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { type Check, checkoutStack, isIam5, testFindings } from './support/nag-findings';

const checkOf =
  (pack: () => IAspect): Check =>
  (stack) => {
    Aspects.of(stack).add(pack());
    return Annotations.fromStack(stack)
      .findError('*', Match.anyValue())
      .map(({ id, entry }) => ({ rule: /^[\w.-]+/.exec(String(entry.data))?.[0] ?? '', path: id.slice(1) }));
  };

const awsSolutions = checkOf(() => new AwsSolutionsChecks());

describe('cdk-nag 2', () => {
  testFindings({
    AwsSolutions: awsSolutions,
    'NIST.800.53.R4': checkOf(() => new NIST80053R4Checks()),
    'NIST.800.53.R5': checkOf(() => new NIST80053R5Checks()),
  });

  it('can be told what one agrees with, as docs/security.md shows', () => {
    expect(awsSolutions(checkoutStack()).filter(isIam5)).toHaveLength(1);
    const stack = checkoutStack();
    NagSuppressions.addResourceSuppressionsByPath(stack, '/Shop/Checkout/ServiceRole/Resource', [
      { id: 'AwsSolutions-IAM5', reason: "The function's own key prefix", appliesTo: [{ regex: '/profiled-fn/' }] },
    ]);
    expect(awsSolutions(stack).filter(isIam5)).toEqual([]);
  });
});
