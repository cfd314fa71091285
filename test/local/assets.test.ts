import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { expect, it } from 'vitest';
import { startLocalAws } from '../../local/aws';
import { codeDirectory, synthesize, temporaryDirectory } from './support/assembly';

const note = join(temporaryDirectory(), 'note.txt');
writeFileSync(note, 'remember');

async function keysAfterDeployment(stackOf: (...args: ConstructorParameters<typeof Stack>) => Stack) {
  const keys: Record<string, string> = {};
  const assembly = synthesize((app) => {
    const stack = stackOf(app, 'Shop');
    keys.file = new Asset(stack, 'File', { path: note }).s3ObjectKey;
    keys.folder = new Asset(stack, 'Folder', { path: codeDirectory({ 'index.js': '' }) }).s3ObjectKey;
  });
  const aws = await startLocalAws({ assembly });
  await aws.close();
  return { keys, buckets: aws.s3.buckets };
}

it('a file asset is where `cdk deploy` would put it', async () => {
  const { keys, buckets } = await keysAfterDeployment((app, id) => new Stack(app, id));
  const bucket = buckets.get('cdk-hnb659fds-assets-000000000000-us-east-1');
  expect(bucket?.get(keys.file)?.body.toString()).toBe('remember');
});

it('it is in the bucket and below the prefix that the synthesizer names, in account and region of the stack', async () => {
  const { keys, buckets } = await keysAfterDeployment((app, id) => {
    // Placeholders of the manifest, written as the CDK wants them.
    const fileAssetsBucketName = ['assets', 'Partition', 'Region'].reduce(
      (name, pseudo) => `${name}-\${AWS::${pseudo}}`,
    );
    const synthesizer = new DefaultStackSynthesizer({ fileAssetsBucketName, bucketPrefix: 'shop/' });
    return new Stack(app, id, { synthesizer, env: { account: '123456789012', region: 'eu-west-1' } });
  });
  expect(keys.file).toMatch(/^shop\//);
  expect(buckets.get('assets-aws-eu-west-1')?.get(keys.file)?.body.toString()).toBe('remember');
});

it('a folder is not zipped: functions run from the assembly', async () => {
  const { keys, buckets } = await keysAfterDeployment((app, id) => new Stack(app, id));
  expect(buckets.get('cdk-hnb659fds-assets-000000000000-us-east-1')?.get(keys.folder)).toBeUndefined();
});
