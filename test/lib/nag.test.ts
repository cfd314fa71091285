import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aspects, type IAspect, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, NagSuppressions, NIST80053R4Checks, NIST80053R5Checks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, type ProfileStoreProps } from '../../lib';
import { INLINE } from './setup';

/** The rules that docs/security.md says something about. */
const documented = Array.from(
  readFileSync(join(__dirname, '..', '..', 'docs', 'security.md'), 'utf8').matchAll(/^\| `([\w.-]+)`/gm),
  ([, rule]) => rule,
);

const PACKS: Record<string, () => IAspect> = {
  AwsSolutions: () => new AwsSolutionsChecks(),
  'NIST.800.53.R4': () => new NIST80053R4Checks(),
  'NIST.800.53.R5': () => new NIST80053R5Checks(),
};

/** The rules of a pack that a profiled function breaks, and the same function without profiling does not. */
function addedFindings(pack: string, storeProps?: (stack: Stack) => ProfileStoreProps): string[] {
  const findings = (enabled: boolean) => {
    const stack = new Stack(new App(), 'Shop');
    const store = enabled && storeProps ? new ProfileStore(stack, 'Store', storeProps(stack)) : undefined;
    new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { enabled, store } });
    Aspects.of(stack).add(PACKS[pack]());
    return Annotations.fromStack(stack)
      .findError('*', Match.anyValue())
      .filter(({ id }) => !id.startsWith('/Shop/Logs') && !id.startsWith('/Shop/Key'))
      .map(({ entry }) => /^[\w.-]+/.exec(String(entry.data))?.[0] ?? '');
  };
  const before = new Set(findings(false));
  return findings(true)
    .filter((rule) => !before.has(rule))
    .sort();
}

describe('cdk-nag', () => {
  it('finds nothing but what docs/security.md explains, and all of that', () => {
    expect(Object.keys(PACKS).flatMap((pack) => addedFindings(pack))).toEqual([...documented].sort());
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
    expect(addedFindings(pack, props)).toEqual(left);
  });

  it('can be told what one agrees with, as docs/security.md shows', () => {
    const stack = new Stack(new App(), 'Shop');
    new ProfiledFunction(stack, 'Checkout', INLINE);
    NagSuppressions.addResourceSuppressionsByPath(stack, '/Shop/Checkout/ServiceRole/DefaultPolicy/Resource', [
      { id: 'AwsSolutions-IAM5', reason: "The function's own key prefix", appliesTo: [{ regex: '/profiled-fn/' }] },
    ]);
    Aspects.of(stack).add(new AwsSolutionsChecks());
    const findings = Annotations.fromStack(stack).findError('*', Match.stringLikeRegexp('AwsSolutions-IAM5'));
    expect(findings).toEqual([]);
  });
});
