/** Prints what an app with another copy of CDK, of another version, gets from this library: `mixed-app.ts <folder with it>`. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { version } from 'aws-cdk-lib/package.json';
import { Profiling } from '../../../lib';

const require = createRequire(join(process.argv[2], 'index.js'));
const cdk = require('aws-cdk-lib');
const { Code, Function: LambdaFunction, Runtime } = require('aws-cdk-lib/aws-lambda');

const app = new cdk.App();
const stack = new cdk.Stack(app, 'Shop');
const props = { handler: 'index.handler', code: Code.fromInline('exports.handler = async () => {};') };
new LambdaFunction(stack, 'Fn', { ...props, runtime: Runtime.NODEJS_24_X });
new LambdaFunction(stack, 'Old', { ...props, runtime: Runtime.NODEJS_18_X });
Profiling.of(app);
const { template, messages } = app.synth().getStackByName('Shop');
const versions = { app: require('aws-cdk-lib/package.json').version, library: version };
console.log(JSON.stringify({ versions, template, messages }));
