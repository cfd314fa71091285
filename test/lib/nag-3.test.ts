import { Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, type NagPack, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag-3';
import { describe, expect, it } from 'vitest';
import { type Check, checkoutStack, isIam5, securityGuide, testFindings } from './support/nag-findings';

const checkOf =
  (pack: () => NagPack): Check =>
  (stack) => {
    Template.fromStack(stack); // what comes to constructs at synthesis has come
    return pack()
      .validateScope(stack.node.root)
      .violations.filter(({ severity }) => severity === 'error')
      .flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath: path = '' }) => ({ rule: ruleName.replace(/\[.*/, ''), path })),
      );
  };

const awsSolutions = checkOf(() => new AwsSolutionsChecks());

describe('cdk-nag 3', () => {
  testFindings({
    AwsSolutions: awsSolutions,
    'NIST.800.53.R4': checkOf(() => new NIST80053R4Checks()),
    'NIST.800.53.R5': checkOf(() => new NIST80053R5Checks()),
  });

  it('can be told what one agrees with, finding by finding, as docs/security.md shows', () => {
    const id =
      'AwsSolutions-IAM5[Resource::<ProfiledFnStoreBucket884FEF87.Arn>/profiled-fn/<AWS::StackName>/Checkout/*]';
    expect(securityGuide).toContain(id);
    expect(awsSolutions(checkoutStack()).filter(isIam5)).toHaveLength(1);
    const stack = checkoutStack();
    Validations.of(stack.node.findChild('Checkout')).acknowledge({ id, reason: "The function's own key prefix" });
    expect(awsSolutions(stack).filter(isIam5)).toEqual([]);
  });
});
