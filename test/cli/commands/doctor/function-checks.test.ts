import { describe, expect, it } from 'vitest';
import type { FunctionFacts, StackFacts } from '../../../../cli/commands/doctor/facts';
import { checkFunction, configurationChecks, snapshotChecks } from '../../../../cli/commands/doctor/function-checks';
import { configuration, functionFacts, now, stackFacts, variables, withVariables } from './support/facts';

/** Names and levels of what is found. */
function found(fn: FunctionFacts, more: Partial<StackFacts> = {}): [string, string][] {
  return checkFunction(fn, stackFacts([fn], more)).map(({ check, level }) => [check, level]);
}

function complaint(fn: FunctionFacts, check: string, more: Partial<StackFacts> = {}) {
  const finding = checkFunction(fn, stackFacts([fn], more)).find((each) => each.check === check);
  if (!finding) throw new Error(`${check} has nothing to say`);
  return finding;
}

describe('a function', () => {
  it('with which all is well is summarized', () => {
    expect(checkFunction(functionFacts(), stackFacts())).toEqual([
      {
        level: 'ok',
        check: 'function',
        subject: 'Checkout',
        message: 'profiled, 12 snapshots of 3 instances, last 2026-11-22 11:00 UTC',
      },
    ]);
  });

  it.each<[string, Partial<FunctionFacts>, [string, string]]>([
    ['has gone', { configuration: undefined }, ['function', 'error']],
    [
      'must not be looked at',
      { configuration: undefined, problem: { message: 'Access denied.', remedy: 'Allow it.' } },
      ['function', 'warning'],
    ],
    ['has an old runtime', { configuration: configuration({ runtime: 'nodejs18.x' }) }, ['runtime', 'error']],
    ['has another runtime', { configuration: configuration({ runtime: 'python3.13' }) }, ['runtime', 'error']],
    [
      'is a container image',
      { configuration: configuration({ image: true, runtime: '', handler: '', layers: [] }) },
      ['runtime', 'error'],
    ],
    [
      'was not changed as it should',
      { configuration: configuration({ update: { status: 'Failed', reason: 'No subnet.' } }) },
      ['state', 'error'],
    ],
    [
      'is being changed',
      { configuration: configuration({ update: { status: 'InProgress', reason: '' } }) },
      ['state', 'warning'],
    ],
    ['has its own handler', { configuration: configuration({ handler: 'index.handler' }) }, ['handler', 'error']],
    ['has no layer', { configuration: configuration({ layers: [] }) }, ['layer', 'error']],
    [
      'has other layers only',
      { configuration: configuration({ layers: ['arn:aws:lambda:eu-central-1:1:layer:Other:1'] }) },
      ['layer', 'error'],
    ],
    [
      'hides its variables',
      { configuration: configuration({ environment: { hidden: 'KMS denied.' } }) },
      ['environment', 'warning'],
    ],
    ['lacks variables', { configuration: configuration({ environment: { variables: {} } }) }, ['variables', 'error']],
    ['is turned off', { configuration: withVariables({ PROFILED_FN_ENABLED: 'false' }) }, ['switch', 'warning']],
    [
      'profiles no instance',
      { configuration: withVariables({ PROFILED_FN_INSTANCE_FRACTION: '0' }) },
      ['switch', 'warning'],
    ],
    [
      'has a fraction that is none',
      { configuration: withVariables({ PROFILED_FN_INSTANCE_FRACTION: 'half' }) },
      ['switch', 'error'],
    ],
    [
      'writes elsewhere',
      { configuration: withVariables({ PROFILED_FN_PREFIX: 'profiled-fn/Old/Checkout' }) },
      ['place', 'error'],
    ],
    [
      'writes into another bucket',
      { configuration: withVariables({ PROFILED_FN_BUCKET: 'old-profiles' }) },
      ['place', 'error'],
    ],
    [
      'is debugged',
      { configuration: withVariables({ NODE_OPTIONS: '--enable-source-maps --inspect=9229' }) },
      ['other-profiler', 'warning'],
    ],
    [
      'is profiled by another',
      { configuration: withVariables({ DD_PROFILING_ENABLED: 'true' }) },
      ['other-profiler', 'warning'],
    ],
    ['has little memory', { configuration: configuration({ memoryMb: 128 }) }, ['memory', 'warning']],
    ['has left nothing', { snapshots: { count: 0, instances: 0 }, metadata: undefined }, ['no-snapshot', 'warning']],
    [
      'has left nothing lately',
      {
        configuration: configuration({ lastModified: new Date('2026-11-01T00:00:00Z') }),
        snapshots: { count: 1, instances: 1, last: new Date('2026-11-20T11:00:00Z') },
      },
      ['stale', 'warning'],
    ],
    [
      'has left nothing since it was changed',
      {
        configuration: configuration({ lastModified: new Date('2026-11-22T10:00:00Z') }),
        snapshots: { count: 1, instances: 1, last: new Date('2026-11-22T09:00:00Z') },
      },
      ['stale', 'warning'],
    ],
    [
      'has snapshots that must not be read',
      { metadata: undefined, metadataProblem: { message: 'Access denied.', remedy: 'Allow it.' } },
      ['metadata', 'error'],
    ],
    ['has snapshots of a newer format', { metadata: { format: '2' } }, ['format', 'error']],
    ['has snapshots of an older format', { metadata: { format: '0' } }, ['format', 'warning']],
    ['has lost snapshots', { metadata: { format: '1', 'dropped-snapshots': '3' } }, ['dropped', 'warning']],
    ['had no time for snapshots', { metadata: { format: '1', 'left-out': '20' } }, ['leftOut', 'warning']],
    ['was held long', { metadata: { format: '1', 'cost-longest-hold-ms': '812.4' } }, ['held', 'warning']],
  ])('that %s', (_, more, finding) => {
    expect(found(functionFacts(more))).toEqual([finding]);
  });

  it('has a remedy for everything that can be wrong, and each check is tried here', () => {
    expect(Object.keys(configurationChecks)).toHaveLength(11);
    expect(Object.keys(snapshotChecks)).toHaveLength(7);
    const off = complaint(functionFacts({ configuration: withVariables({ PROFILED_FN_ENABLED: 'false' }) }), 'switch');
    expect(off.remedy).toBe('profiled-fn enable --stack Orders --function Checkout');
    const never = complaint(functionFacts({ snapshots: { count: 0, instances: 0 } }), 'no-snapshot');
    expect(never.message).toContain('it was not invoked since 2026-11-20 12:00 UTC, when it was changed');
    expect(never.remedy).toContain('profiled-fn load --stack Orders --function Checkout --count 20');
    const place = complaint(functionFacts({ configuration: withVariables({ PROFILED_FN_BUCKET: 'old' }) }), 'place');
    expect(place.message).toBe(
      'It writes to s3://old/profiled-fn/Orders/Checkout, and the outputs of the stack say s3://orders-profiles/profiled-fn/Orders/Checkout.',
    );
  });

  it('has an old layer where another of its stack has a newer one', () => {
    const other = functionFacts({
      configuration: configuration({ layers: [`${configuration().layers[0].slice(0, -1)}12`] }),
    });
    const nested = functionFacts({
      configuration: configuration({ layers: ['arn:aws:lambda:eu-central-1:1:layer:ProfiledFnLayerFFFF:99'] }),
    });
    const functions = [functionFacts(), other, nested];
    expect(complaint(functions[0], 'layer-version', { functions }).message).toBe(
      'It has version 7 of the layer, and others of the stack have 12.',
    );
    for (const fn of [other, nested]) expect(found(fn, { functions })).toEqual([['function', 'ok']]);
  });

  it('is not asked for snapshots while it is turned off, is gone, or where a bucket cannot be seen', () => {
    const nothing = { snapshots: { count: 0, instances: 0 }, metadata: undefined };
    const off = functionFacts({ ...nothing, configuration: withVariables({ PROFILED_FN_ENABLED: 'false' }) });
    expect(found(off)).toEqual([['switch', 'warning']]);
    expect(found(functionFacts({ ...nothing, configuration: undefined }))).toEqual([['function', 'error']]);
    const unseen = { ...nothing, configuration: undefined, problem: { message: 'a', remedy: 'b' } };
    expect(found(functionFacts(unseen))).toContainEqual(['no-snapshot', 'warning']);
    const stores = [{ bucket: 'orders-profiles', prefix: 'profiled-fn', problem: { message: 'a', remedy: 'b' } }];
    expect(found(functionFacts(nothing), { stores })).toEqual([['function', 'ok']]);
  });

  it('may take an hour after a change until it is missed', () => {
    const lastModified = new Date(now.getTime() - 600_000);
    expect(
      found(functionFacts({ configuration: configuration({ lastModified, environment: { variables } }) })),
    ).toEqual([['function', 'ok']]);
  });
});
