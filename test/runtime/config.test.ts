import { expect, it } from 'vitest';
import { readConfig, userHandlerName } from '../../runtime/config';

const minimal = { PROFILED_FN_BUCKET: 'b', PROFILED_FN_PREFIX: 'profiled-fn/S/F' };

it('has a default for all but the bucket and the prefix', () => {
  expect(readConfig(minimal)).toEqual({
    bucket: 'b',
    prefix: 'profiled-fn/S/F',
    codeHash: '',
    enabled: true,
    instanceFraction: 1,
    profiles: new Set(['wall', 'heap', 'custom']),
    samplingIntervalMs: 10,
    snapshotIntervalMs: 60_000,
    windowSize: 10,
    loopThresholdMs: 20,
    costLimit: 0.01,
    requestIds: true,
    labels: {},
  });
});

it('reads what the construct set', () => {
  const config = readConfig({
    ...minimal,
    PROFILED_FN_CODE_HASH: 'c0de',
    PROFILED_FN_ENABLED: 'false',
    PROFILED_FN_INSTANCE_FRACTION: '0.25',
    PROFILED_FN_PROFILES: 'wall',
    PROFILED_FN_SAMPLING_INTERVAL_MS: '5',
    PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1000',
    PROFILED_FN_WINDOW_SIZE: '3',
    PROFILED_FN_LOOP_THRESHOLD_MS: '50',
    PROFILED_FN_REQUEST_IDS: 'false',
  });
  expect(config).toMatchObject({ codeHash: 'c0de', enabled: false, instanceFraction: 0.25, samplingIntervalMs: 5 });
  expect(config).toMatchObject({ snapshotIntervalMs: 1000, windowSize: 3, loopThresholdMs: 50, requestIds: false });
  expect(config.profiles).toEqual(new Set(['wall']));
});

it.each(['0', '-1', 'ten', 'NaN'])('refuses %s as a time, by the name of the variable', (value) => {
  const env = { ...minimal, PROFILED_FN_SNAPSHOT_INTERVAL_MS: value };
  expect(() => readConfig(env)).toThrow(`PROFILED_FN_SNAPSHOT_INTERVAL_MS is "${value}": it must be a number above 0`);
});

it.each(['-0.1', '1.1', 'half', '50%'])('refuses %s as a part of the instances', (value) => {
  const env = { ...minimal, PROFILED_FN_INSTANCE_FRACTION: value };
  expect(() => readConfig(env)).toThrow(`PROFILED_FN_INSTANCE_FRACTION is "${value}": it must be a number from 0 to 1`);
});

it('names what is missing', () => {
  expect(() => readConfig({ PROFILED_FN_PREFIX: 'p' })).toThrow('PROFILED_FN_BUCKET is not set');
  expect(() => readConfig({ PROFILED_FN_BUCKET: 'b' })).toThrow('PROFILED_FN_PREFIX is not set');
  expect(() => userHandlerName({})).toThrow('PROFILED_FN_HANDLER is not set');
});

it('reads labels, also a value that is not encoded because it was known only at deployment', () => {
  const labels = (text: string) => readConfig({ ...minimal, PROFILED_FN_LABELS: text }).labels;
  expect(labels('team=shop,stage=eu%20west%2C1')).toEqual({ team: 'shop', stage: 'eu west,1' });
  expect(labels('share=100%')).toEqual({ share: '100%' });
  expect(labels('nonsense')).toEqual({});
});
