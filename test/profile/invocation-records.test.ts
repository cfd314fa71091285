import { expect, it } from 'vitest';
import { invocationRecords, isInvocationRecord } from '../../profile/analysis/invocation-records';
import type { Label, Sample } from '../../profile/model/profile';
import { at, fn, profileOf, sample } from './support/profiles';

const record = (...labels: Label[]): Sample => ({ locations: [], values: [0], labels });
const nanos = (key: string, num: number | bigint): Label => ({ key, num: num as number, unit: 'nanoseconds' });
const full = record(
  nanos('start', 1_795_341_600_123_000_000n),
  nanos('wall', 12_345_000),
  nanos('cpu', 10_000_000),
  { key: 'phase', str: 'invoke' },
  { key: 'version', str: '42' },
  { key: 'cold_start', str: 'true' },
  { key: 'outcome', str: 'error' },
  { key: 'duration', num: 16, unit: 'milliseconds' },
  { key: 'slowest', num: 3, unit: '' },
  { key: 'instance', str: '9f86d081884c' },
  { key: 'window', num: 1_795_341_590_000, unit: 'milliseconds' },
  { key: 'request_id', str: '8f507cfc' },
  { key: 'trace_id', str: '1-5759e988-bd862e3fe1be46a994272793' },
  { key: 'tenant', str: 'acme' },
);

it('A record tells all of its invocation', () => {
  expect(invocationRecords(profileOf(full))).toEqual([
    {
      start: 1_795_341_600_123,
      wallNanos: 12_345_000,
      cpuNanos: 10_000_000,
      coldStart: true,
      outcome: 'error',
      version: '42',
      durationBucket: 16,
      rank: 3,
      instance: '9f86d081884c',
      window: 1_795_341_590_000,
      requestId: '8f507cfc',
      traceId: '1-5759e988-bd862e3fe1be46a994272793',
      labels: { tenant: 'acme' },
    },
  ]);
});

it('What a record does not tell is empty', () => {
  expect(invocationRecords(profileOf(record(nanos('start', 2_000_000), nanos('wall', 5))))).toEqual([
    {
      start: 2,
      wallNanos: 5,
      cpuNanos: 0,
      coldStart: false,
      outcome: '',
      version: '',
      durationBucket: 0,
      rank: 0,
      instance: '',
      window: 0,
      requestId: '',
      traceId: '',
      labels: {},
    },
  ]);
});

it('A label that is named like one of ours is not the user’s', () => {
  const [first] = invocationRecords(
    profileOf(record(nanos('start', 1_000_000), nanos('wall', 7), { key: 'wall', str: 'north' })),
  );
  expect(first).toMatchObject({ wallNanos: 7, labels: {} });
});

it('Samples with a stack or a value, and zero samples of others, are no records', () => {
  const others: Sample[] = [
    { ...full, locations: [at(fn('f'))] },
    { ...full, values: [1] },
    record({ key: 'wall', str: 'north' }),
    record(nanos('start', 1)),
    sample(3, at(fn('f'))),
  ];
  expect(others.map(isInvocationRecord)).toEqual(others.map(() => false));
  expect(invocationRecords(profileOf(...others, full))).toHaveLength(1);
});
