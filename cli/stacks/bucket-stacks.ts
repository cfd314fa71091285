import { DEFAULT_PREFIX, isFunctionName, isStackName } from '../../lib/contract/keys';
import { bucketFolders, bucketRegion } from '../aws/bucket-facts';
import { accountOf } from '../aws/caller-identity';
import type { Session } from '../aws/session';
import { CommandError, exitCodes } from '../terminal/command-error';
import type { ProfiledStack, Store } from './stack-outputs';

/**
 * `s3://bucket` or `s3://bucket/prefix` as a store.
 *
 * @throws CommandError for anything else
 */
export function parseBucketUrl(url: string): Store {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*?))?\/*$/.exec(url);
  if (match) return { bucket: match[1], prefix: match[2] || DEFAULT_PREFIX };
  throw new CommandError(
    `--bucket ${url} is not the address of a bucket.`,
    `Write it as s3://bucket, or as s3://bucket/prefix if keys do not begin with ${DEFAULT_PREFIX}.`,
    { exitCode: exitCodes.usage },
  );
}

/**
 * The stacks whose functions have written to a bucket, as its keys tell: for those who may read the bucket and no
 * stack. The functions' names in Lambda are not known then.
 *
 * @param only - name of the one stack that is wanted
 * @throws CommandError if there is none, or the bucket cannot be listed
 */
export async function bucketStacks(session: Session, url: string, only: string | undefined): Promise<ProfiledStack[]> {
  const store = parseBucketUrl(url);
  const folders = await bucketFolders(session, store.bucket, `${store.prefix}/`);
  // A bucket may hold anything.
  const found = folders.filter(isStackName);
  const names = found.filter((name) => only === undefined || name === only);
  if (names.length === 0) {
    throw new CommandError(
      only === undefined
        ? `Bucket ${store.bucket} has no snapshots below ${store.prefix}/.`
        : `Bucket ${store.bucket} has no snapshots of a stack named ${only} below ${store.prefix}/.`,
      found.length === 0
        ? 'Check the name and the prefix: s3://bucket/prefix.'
        : `There are these:\n${found.map((name) => `  ${name}`).join('\n')}`,
    );
  }
  const [account, region] = await Promise.all([accountOf(session), bucketRegion(session, store.bucket)]);
  return await Promise.all(
    names.map(async (name) => {
      const functions = await bucketFolders(session, store.bucket, `${store.prefix}/${name}/`);
      return {
        name,
        account: account ?? 'unknown',
        region: region ?? session.region,
        stores: [store],
        functions: functions.filter(isFunctionName).map((fn) => ({ name: fn, lambdaName: fn })),
      };
    }),
  );
}
