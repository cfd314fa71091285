import { App, Stack } from 'aws-cdk-lib';
import { ProfiledFunction } from '../../../lib';
import { integTest } from './integ-test';

/** One profiled function, as the README has it. */
const app = new App();
const stack = new Stack(app, 'Shop');
new ProfiledFunction(stack, 'Checkout', { entry: 'checkout.ts' });

integTest(app, [stack]);
