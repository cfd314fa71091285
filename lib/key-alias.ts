import { Annotations } from 'aws-cdk-lib';
import type { Grant } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Warns if a bucket's key granted nothing, as a key imported by its alias does: CDK does not know the key, and drops
 * the permission silently.
 */
export function warnOfAlias(scope: IConstruct, grant: Grant): void {
  if (grant.success) return;
  Annotations.of(scope).addWarningV2(
    'profiled-fn:keyIsAnAlias',
    `The KMS key of the bucket that ${scope.node.path} uses is imported by its alias, so CDK grants no permissions on it. ` +
      'Profiles can neither be stored nor read. Import it by its ARN (Key.fromKeyArn), or set the feature flag ' +
      "'@aws-cdk/aws-kms:applyImportedAliasPermissionsToPrincipal'.",
  );
}
