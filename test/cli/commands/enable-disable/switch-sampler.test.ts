import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSnapshotKey } from '../../../../lib/contract/keys';
import type { LocalAws } from '../../../../local/aws';
import { assetPath } from '../../../../local/package-assets';
import { temporaryFolder } from '../../../support/temporary-folder';
import { bucketName, profiledVariables, region, roleArn, startAccount } from '../../support/account';
import { awsEnvironment, runCommand } from '../../support/run-command';

let aws: LocalAws;
const folder = temporaryFolder('switch-sampler');
beforeAll(async () => {
  const layer = dirname(dirname(assetPath('layer/profiled-fn/handler.mjs')));
  aws = await startAccount([
    {
      name: 'Orders',
      functions: 'Checkout=checkout',
      assets: new Map([['layer.zip', { path: layer, packaging: 'zip' }]]),
      resources: {
        ProfiledFnLayer: {
          Type: 'AWS::Lambda::LayerVersion',
          Properties: { Content: { S3Bucket: 'staging', S3Key: 'layer.zip' } },
        },
      },
      lambda: {
        checkout: {
          Role: roleArn('Orders', 'writer'),
          Timeout: 30,
          // Each instance is profiled, not by a draw, and uploads whatever it costs.
          Environment: {
            Variables: {
              ...profiledVariables('Orders', 'Checkout'),
              PROFILED_FN_PROFILES: 'wall,heap,init',
              PROFILED_FN_COST_LIMIT: '1',
            },
          },
          Layers: [{ Ref: 'ProfiledFnLayer' }],
          Code: { ZipFile: 'exports.handler = async () => { const end = Date.now() + 50; while (Date.now() < end); }' },
        },
      },
    },
  ]);
});
afterAll(async () => {
  await aws.close();
});

it('the deployed sampler stops and starts with the switch, and doctor sees it', async () => {
  const env = awsEnvironment(aws.endpointUrl, region, aws.adminCredentials);
  const run = async (...args: string[]) => {
    const ended = await runCommand([...args, '--stack', 'Orders'], { cwd: folder, env });
    expect([ended.code, ended.stderr]).toEqual([0, expect.any(String)]);
    return ended.stdout;
  };
  /** The instances that have left snapshots once the function was invoked, with the work after the responses done. */
  const instancesAfterLoad = async () => {
    await run('load', '--count', '3');
    const keys = [...(aws.s3.buckets.get(bucketName('Orders'))?.keys() ?? [])];
    return new Set(keys.map((key) => parseSnapshotKey(key)?.instance));
  };
  expect((await instancesAfterLoad()).size).toBe(1);
  expect(await run('doctor')).toContain('No problems found.');

  await run('disable', '--yes');
  expect((await instancesAfterLoad()).size).toBe(1);
  expect(await run('doctor')).toContain('It is turned off');

  await run('enable', '--yes');
  expect((await instancesAfterLoad()).size).toBe(2);
});
