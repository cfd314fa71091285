import { readFileSync, statSync } from 'node:fs';
import type { Stack } from './cloudformation/deployed-stack';
import { Bucket } from './s3/bucket';

/** Of larger ones, such as zipped code, nobody asks for the object here. Bytes. */
const MAX_ASSET_BYTES = 64 * 1024 * 1024;

/** Puts the assets of `stacks` that are single files where `cdk deploy` would: into the buckets of the bootstrap stack. */
export function publishAssets(stacks: Stack[], buckets: Map<string, Bucket>): void {
  for (const { source, region, accountId } of stacks) {
    for (const [key, { path, packaging, bucketName }] of source.assets) {
      if (packaging !== 'file' || bucketName === undefined) continue;
      const stats = statSync(path, { throwIfNoEntry: false });
      if (!stats?.isFile() || stats.size > MAX_ASSET_BYTES) continue;
      const name = bucketName.replaceAll(/\$\{AWS::(AccountId|Region|Partition)\}/g, (_, pseudo) => {
        if (pseudo === 'Partition') return 'aws';
        return pseudo === 'Region' ? region : accountId;
      });
      const bucket = buckets.get(name) ?? new Bucket(name, region, accountId, []);
      buckets.set(name, bucket);
      bucket.put(key, readFileSync(path));
    }
  }
}
