/**
 * The hash in an asset's S3 key (`<prefix>/<sha256>.zip`), which identifies the deployed bundle.
 *
 * `undefined` if it is not the key of an asset: inline code, a token, or an object of the user, whose name may stay the
 * same while its content changes.
 */
export function codeHash(s3Key: unknown): string | undefined {
  return typeof s3Key === 'string' ? /(?:^|\/)([0-9a-f]{64})\.\w+$/.exec(s3Key)?.[1] : undefined;
}
