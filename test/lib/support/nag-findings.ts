import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore, type ProfileStoreProps } from '../../../lib';
import { INLINE } from './setup';

export const securityGuide = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'security.md'), 'utf8');

/** The rules that docs/security.md says something about. */
const documented = Array.from(securityGuide.matchAll(/^\| `([\w.-]+)`/gm), ([, rule]) => rule);

/** What a pack of cdk-nag finds in a stack. */
export type Check = (stack: Stack) => Finding[];
export interface Finding {
  rule: string;
  /** Construct path. */
  path: string;
}

const PACKS = ['AwsSolutions', 'NIST.800.53.R4', 'NIST.800.53.R5'] as const;

/** A stack in which cdk-nag finds `AwsSolutions-IAM5` because of profiling. */
export function checkoutStack(): Stack {
  const stack = new Stack(new App(), 'Shop');
  new ProfiledFunction(stack, 'Checkout', INLINE);
  return stack;
}

export const isIam5 = ({ rule }: Finding): boolean => rule === 'AwsSolutions-IAM5';

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

/** The tests of what the packs find, whatever the version of cdk-nag. */
export function testFindings(checks: Record<(typeof PACKS)[number], Check>): void {
  it('finds nothing but what docs/security.md explains, and all of that', () => {
    const findings = PACKS.flatMap((pack) => addedFindings(checks[pack]));
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
  ] as const)('of %s finds less with a key and logs', (pack, left) => {
    const props = (stack: Stack) => ({
      encryptionKey: new Key(stack, 'Key'),
      serverAccessLogsBucket: new Bucket(stack, 'Logs'),
    });
    expect(addedFindings(checks[pack], props)).toEqual(left);
  });
}
