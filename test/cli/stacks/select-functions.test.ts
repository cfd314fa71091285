import { describe, expect, it } from 'vitest';
import { selectFunction, selectFunctions } from '../../../cli/stacks/select-functions';
import type { ProfiledStack } from '../../../cli/stacks/stack-outputs';
import { CommandError } from '../../../cli/terminal/command-error';

const stack: ProfiledStack = {
  name: 'OrdersStack',
  account: '123456789012',
  region: 'eu-central-1',
  stores: [{ bucket: 'b', prefix: 'profiled-fn' }],
  functions: [
    { name: 'Checkout', lambdaName: 'OrdersStack-Checkout-A1' },
    { name: 'Api.Orders', lambdaName: 'OrdersStack-ApiOrders-B2' },
    { name: 'v1!2e0', lambdaName: 'OrdersStack-v10-C3' },
  ],
};

describe('selectFunction', () => {
  it.each([
    ['Api.Orders', 'Api.Orders'],
    ['Api/Orders', 'Api.Orders'],
    ['OrdersStack/Api/Orders', 'Api.Orders'],
    ['OrdersStack-ApiOrders-B2', 'Api.Orders'],
    ['v1.0', 'v1!2e0'],
  ])('understands %s', (wanted, name) => {
    expect(selectFunction(stack, wanted).name).toBe(name);
  });

  it('lists the functions there are where none is meant', () => {
    const error = thrownBy(() => selectFunction(stack, 'Orders'));
    expect(error.message).toBe('Stack OrdersStack has no profiled function Orders.');
    expect(error.remedy).toContain('Checkout  (OrdersStack-Checkout-A1)');
    expect(error.remedy).toContain('Api.Orders');
  });
});

describe('selectFunctions', () => {
  it('takes all where none is named', () => {
    expect(selectFunctions(stack, undefined)).toEqual(stack.functions);
  });

  it('says what to do where the stack has none', () => {
    const error = thrownBy(() => selectFunctions({ ...stack, functions: [] }, undefined));
    expect(error.remedy).toContain('new ProfiledFunction');
  });
});

function thrownBy(action: () => unknown): CommandError {
  try {
    action();
  } catch (error) {
    if (error instanceof CommandError) return error;
  }
  throw new Error('No CommandError was thrown');
}
