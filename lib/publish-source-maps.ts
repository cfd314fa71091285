import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, Stage } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { archiveFingerprint } from './contract/source-maps';
import { archiveName, packSourceMaps } from './source-map-archive';
import { sourceMapsOfCode } from './source-maps-of-code';
import type { Catalog } from './write-outputs';

const ASSET_ID = 'ProfiledFnSourceMaps';

/**
 * Deploys the source maps of a function's code, if there are any, as a CDK asset next to that of the code.
 *
 * It adds only an output with the place to the stack. It adds no resource and no permission, and fails only if the
 * code's asset fails.
 *
 * @param codeHash hash of the function's code
 * @param bundled maps that its bundling has left, by path of the script in the code
 */
export function publishSourceMaps(
  fn: LambdaFunction,
  codeHash: string,
  bundled: Readonly<Record<string, string>>,
  catalog: Catalog,
): void {
  const outdir = Stage.of(fn)?.assetOutdir;
  if (outdir === undefined) return;
  const name = archiveName(codeHash);
  const archive = join(outdir, `asset.${name}`);
  const code = join(outdir, `asset.${codeHash}`);
  const maps = existsSync(code) ? { ...sourceMapsOfCode(code), ...bundled } : {};
  if (Object.keys(maps).length > 0) writeFileSync(archive, packSourceMaps(maps));
  // Functions with the same code share the archive, and only the first of them was bundled.
  else if (!existsSync(code) || !existsSync(archive)) return;

  const asset = new Asset(fn, ASSET_ID, {
    path: archive,
    assetHashType: AssetHashType.CUSTOM,
    assetHash: archiveFingerprint(codeHash),
  });
  // `cdk gc` deletes assets that no template names.
  (fn.node.defaultChild as CfnFunction).addMetadata('profiled-fn:source-maps', asset.s3ObjectKey);
  catalog.addSourceMaps(asset.s3BucketName, asset.s3ObjectKey.slice(0, -name.length));
}
