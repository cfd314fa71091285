import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Group } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { ProfiledFunction, ProfileStore } from '../../lib';
import { INLINE, stackNamed, statementsOf } from './support/setup';

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.stringLikeRegexp('profiled-fn:keyIsAnAlias'))
    .map(({ entry }) => String(entry.data));
}

function useKey(stack: Stack, encryptionKey: IKey): void {
  const bucket = Bucket.fromBucketAttributes(stack, 'Mine', { bucketName: 'my-profiles', encryptionKey });
  const store = new ProfileStore(stack, 'Store', { bucket });
  new ProfiledFunction(stack, 'Fn', { ...INLINE, profilingOptions: { store } });
  store.grantRead(new Group(stack, 'Developers'));
}

describe("a bucket's key that is imported by its alias", () => {
  it('gets a warning for the function and for readers, as CDK drops the permission', () => {
    const stack = stackNamed();
    useKey(stack, Alias.fromAliasName(stack, 'Key', 'alias/profiles'));
    expect(warningsOf(stack).sort()).toEqual([
      expect.stringMatching(/^The KMS key of the bucket that Shop\/Fn uses is imported by its alias.*Key\.fromKeyArn/),
      expect.stringMatching(/^The KMS key of the bucket that Shop\/Store uses is imported by its alias/),
    ]);
  });

  it('may be used where the feature flag lets it', () => {
    const context = { '@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal': true };
    const stack = new Stack(new App({ context }), 'Shop');
    useKey(stack, Alias.fromAliasName(stack, 'Key', 'alias/profiles'));
    expect(warningsOf(stack)).toEqual([]);
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')).toHaveLength(1);
  });

  it('may be used where the alias is of the app', () => {
    const stack = stackNamed();
    useKey(stack, new Key(stack, 'Key').addAlias('alias/profiles'));
    expect(warningsOf(stack)).toEqual([]);
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'kms:GenerateDataKey')).toHaveLength(1);
  });
});
