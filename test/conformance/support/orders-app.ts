import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { OrdersStack } from '../../../examples/orders/lib/orders-stack';
import { ProfiledFunction } from '../../../lib';

/**
 * The example, without what moto does not know: the output of a function's URL, and, when it updates, the parameter for
 * the version of the bootstrap stack.
 */
const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
const stack = new OrdersStack(new App(), 'OrdersStack', { synthesizer });
stack.node.tryRemoveChild('CheckoutUrl');

// An update that adds a function: moto fails when it updates one with a layer.
if (stack.node.tryGetContext('refunds')) {
  new ProfiledFunction(stack, 'Refund', {
    code: Code.fromInline('exports.handler = async () => {};'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
}
