/** The app of examples/python, examples/java and examples/go, in TypeScript. */
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ProfiledFunction, ProfileStore, Profiling } from '../../../lib';

const app = new App();
const stack = new Stack(app, 'Shop');
const store = new ProfileStore(stack, 'Profiles', { prefix: 'profiles', retention: Duration.days(30) });
const code = Code.fromAsset(join(__dirname, '../../../examples/functions'));
const props = { runtime: Runtime.NODEJS_24_X, code };
new ProfiledFunction(stack, 'Checkout', {
  ...props,
  handler: 'checkout.handler',
  profilingOptions: { store, snapshotInterval: Duration.minutes(5), labels: { team: 'shop' } },
});
new LambdaFunction(stack, 'Report', { ...props, handler: 'report.handler' });
const legacy = new LambdaFunction(stack, 'Legacy', { ...props, handler: 'report.handler' });
Profiling.of(app, { store, exclude: [legacy] });
