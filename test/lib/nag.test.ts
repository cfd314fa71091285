import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aspects, type IAspect, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NagSuppressions, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag';
import * as nag3 from 'cdk-nag-3';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, type ProfileStoreProps } from '../../lib';
import { INLINE } from './setup';

const security = readFileSync(join(__dirname, '..', '..', 'docs', 'security.md'), 'utf8');

/** The rules that docs/security.md says something about. */
const documented = Array.from(security.matchAll(/^\| `([\w.-]+)`/gm), ([, rule]) => rule);

/** Rules of a stack's findings: of cdk-nag 2, which is an aspect, or of cdk-nag 3, which validates. */
type Check = (stack: Stack) => { rule: string; path: string }[];

const version2 =
  (pack: () => IAspect): Check =>
  (stack) => {
    Aspects.of(stack).add(pack());
    return Annotations.fromStack(stack)
      .findError('*', Match.anyValue())
      .map(({ id, entry }) => ({ rule: /^[\w.-]+/.exec(String(entry.data))?.[0] ?? '', path: id.slice(1) }));
  };

const version3 =
  (pack: () => nag3.NagPack): Check =>
  (stack) => {
    Template.fromStack(stack); // what comes to constructs at synthesis has come
    return pack()
      .validateScope(stack.node.root)
      .violations.flatMap(({ ruleName, severity, violatingResources }) =>
        severity === 'error'
          ? violatingResources.map(({ constructPath: path = '' }) => ({ rule: ruleName.replace(/\[.*/, ''), path }))
          : [],
      );
  };

const VERSIONS: Record<string, Record<string, Check>> = {
  2: {
    AwsSolutions: version2(() => new AwsSolutionsChecks()),
    'NIST.800.53.R4': version2(() => new NIST80053R4Checks()),
    'NIST.800.53.R5': version2(() => new NIST80053R5Checks()),
  },
  3: {
    AwsSolutions: version3(() => new nag3.AwsSolutionsChecks()),
    'NIST.800.53.R4': version3(() => new nag3.NIST80053R4Checks()),
    'NIST.800.53.R5': version3(() => new nag3.NIST80053R5Checks()),
  },
};

/** The rules that a profiled function breaks, and the same function without profiling does not. */
function addedFindings(check: Check, storeProps?: (stack: Stack) => ProfileStoreProps): string[] {
  const findings = (enabled: boolean) => {
    const stack = new Stack(new App(), 'Shop');
    const store = enabled && storeProps ? new ProfileStore(stack, 'Store', storeProps(stack)) : undefined;
    new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { enabled, store } });
    return check(stack)
      .filter(({ path }) => !/^Shop\/(Logs|Key)/.test(path))
      .map(({ rule }) => rule);
  };
  const before = new Set(findings(false));
  return [...new Set(findings(true).filter((rule) => !before.has(rule)))].sort();
}

describe.each(Object.entries(VERSIONS))('cdk-nag %s', (_, packs) => {
  it('finds nothing but what docs/security.md explains, and all of that', () => {
    const findings = Object.values(packs).flatMap((check) => addedFindings(check));
    expect(findings.sort()).toEqual([...documented].sort());
  });

  it.each([
    ['AwsSolutions', ['AwsSolutions-IAM5']],
    [
      'NIST.800.53.R5',
      ['IAMNoInlinePolicy', 'S3BucketReplicationEnabled', 'S3BucketVersioningEnabled'].map(
        (rule) => `NIST.800.53.R5-${rule}`,
      ),
    ],
  ])('of %s finds less with a key and logs', (pack, left) => {
    const props = (stack: Stack) => ({
      encryptionKey: new Key(stack, 'Key'),
      serverAccessLogsBucket: new Bucket(stack, 'Logs'),
    });
    expect(addedFindings(packs[pack], props)).toEqual(left);
  });
});

describe('what one agrees with, as docs/security.md shows,', () => {
  const stackOf = (): Stack => {
    const stack = new Stack(new App(), 'Shop');
    new ProfiledFunction(stack, 'Checkout', INLINE);
    return stack;
  };
  const isIam5 = ({ rule }: { rule: string }) => rule === 'AwsSolutions-IAM5';

  it('can be told to cdk-nag 2', () => {
    const stack = stackOf();
    NagSuppressions.addResourceSuppressionsByPath(stack, '/Shop/Checkout/ServiceRole/DefaultPolicy/Resource', [
      { id: 'AwsSolutions-IAM5', reason: "The function's own key prefix", appliesTo: [{ regex: '/profiled-fn/' }] },
    ]);
    expect(VERSIONS[2].AwsSolutions(stack).filter(isIam5)).toEqual([]);
  });

  it('can be told to cdk-nag 3, by the finding', () => {
    const id =
      'AwsSolutions-IAM5[Resource::<ProfiledFnStoreBucket884FEF87.Arn>/profiled-fn/<AWS::StackName>/Checkout/*]';
    expect(security).toContain(id);
    const [stack, plain] = [stackOf(), stackOf()];
    expect(VERSIONS[3].AwsSolutions(plain).filter(isIam5)).toHaveLength(1);
    Validations.of(stack.node.findChild('Checkout')).acknowledge({ id, reason: "The function's own key prefix" });
    expect(VERSIONS[3].AwsSolutions(stack).filter(isIam5)).toEqual([]);
  });
});
