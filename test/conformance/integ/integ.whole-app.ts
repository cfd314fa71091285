import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Profiling } from '../../../lib';
import { integTest } from './integ-test';

/** Functions of an app that are profiled in one line, among others that stay as they are. */
const app = new App();
const shop = new Stack(app, 'Shop');
new NodejsFunction(shop, 'Checkout', { entry: 'checkout.ts', runtime: Runtime.NODEJS_24_X });
const code = Code.fromInline('exports.handler = async () => {};');
const props = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code };
new LambdaFunction(new NestedStack(shop, 'Stock'), 'Count', props);
const reports = new Stack(app, 'Reports');
new LambdaFunction(reports, 'Monthly', props);
const legacy = new LambdaFunction(shop, 'Legacy', props);
new LambdaFunction(shop, 'Forecast', { ...props, runtime: Runtime.PYTHON_3_13 });
Profiling.of(app, { exclude: [legacy] });

integTest(app, [shop, reports]);
