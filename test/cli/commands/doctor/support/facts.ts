import type { FunctionConfiguration } from '../../../../../cli/aws/lambda';
import type { FunctionFacts, StackFacts } from '../../../../../cli/commands/doctor/facts';

export const now = new Date('2026-11-22T12:00:00Z');

const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

/** A function with which all is well. */
export function configuration(more: Partial<FunctionConfiguration> = {}): FunctionConfiguration {
  return {
    name: 'Orders-Checkout-1',
    arn: 'arn:aws:lambda:eu-central-1:123456789012:function:Orders-Checkout-1',
    runtime: 'nodejs24.x',
    handler: '/opt/profiled-fn/handler.handler',
    image: false,
    memoryMb: 512,
    layers: ['arn:aws:lambda:eu-central-1:123456789012:layer:ProfiledFnLayer0A1B2C3D:7'],
    environment: { variables },
    lastModified: hoursAgo(48),
    revisionId: '1',
    state: 'Active',
    update: { status: 'Successful', reason: '' },
    ...more,
  };
}

export const variables = {
  PROFILED_FN_HANDLER: 'index.handler',
  PROFILED_FN_BUCKET: 'orders-profiles',
  PROFILED_FN_PREFIX: 'profiled-fn/Orders/Checkout',
};

/** The variables of a function with which all is well, but for these. */
export const withVariables = (more: Record<string, string>) =>
  configuration({ environment: { variables: { ...variables, ...more } } });

export function functionFacts(more: Partial<FunctionFacts> = {}): FunctionFacts {
  return {
    name: 'Checkout',
    lambdaName: 'Orders-Checkout-1',
    configuration: configuration(),
    snapshots: { count: 12, instances: 3, last: hoursAgo(1) },
    metadata: { format: '1', 'dropped-snapshots': '0' },
    ...more,
  };
}

export function stackFacts(functions: FunctionFacts[] = [], more: Partial<StackFacts> = {}): StackFacts {
  return {
    name: 'Orders',
    region: 'eu-central-1',
    status: 'UPDATE_COMPLETE',
    stack: {
      name: 'Orders',
      account: '123456789012',
      region: 'eu-central-1',
      stores: [{ bucket: 'orders-profiles', prefix: 'profiled-fn' }],
      functions: [{ name: 'Checkout', lambdaName: 'Orders-Checkout-1' }],
    },
    stores: [{ bucket: 'orders-profiles', prefix: 'profiled-fn', region: 'eu-central-1' }],
    functions,
    now,
    ...more,
  };
}
