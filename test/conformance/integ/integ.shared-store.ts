import { App, Duration, Stack } from 'aws-cdk-lib';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ProfiledFunction, ProfileStore } from '../../../lib';
import { integTest } from './integ-test';

/** A store with a KMS key in a stack of its own, which another account may read. */
const app = new App();
const platform = new Stack(app, 'Platform');
const store = new ProfileStore(platform, 'Profiles', {
  encryptionKey: new Key(platform, 'Key', { enableKeyRotation: true }),
  retention: Duration.days(30),
  prefix: 'profiles/shop',
});
store.grantRead(new AccountPrincipal('210987654321'));
const shop = new Stack(app, 'Shop');
new ProfiledFunction(shop, 'Checkout', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => {};'),
  profilingOptions: { store },
});

integTest(app, [platform, shop]);
