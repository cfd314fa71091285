import { describe, expect, it } from 'vitest';
import {
  compareProfileTypes,
  functionNameOfPath,
  isProfileType,
  parseSnapshotKey,
  snapshotPrefix,
} from '../../../cli/stacks/snapshot-keys';

describe('parseSnapshotKey', () => {
  it('takes a key of the documented form apart', () => {
    expect(parseSnapshotKey('profiled-fn/OrdersStack/Api.Orders/wall/03-9f86d081884c.pb.gz')).toEqual({
      stack: 'OrdersStack',
      function: 'Api.Orders',
      type: 'wall',
      slot: 3,
      instance: '9f86d081884c',
    });
  });

  it('looks below the prefix that the store has', () => {
    const key = 'team/profiles/S/Api/heap/00-9f86d081884c.pb.gz';
    expect(parseSnapshotKey(key, 'team/profiles')).toMatchObject({ stack: 'S', function: 'Api', type: 'heap' });
    expect(parseSnapshotKey(key, 'team')).toBeUndefined();
    expect(parseSnapshotKey(key)).toBeUndefined();
  });

  it.each(['wall', 'loop', 'gc', 'custom.cache_misses', 'custom.A-1', `custom.${'n'.repeat(64)}`])(
    'knows the type %s, or takes it for one to come',
    (type) => {
      expect(parseSnapshotKey(`profiled-fn/S/F/${type}/00-9f86d081884c.pb.gz`)?.type).toBe(type);
      expect(isProfileType(type)).toBe(true);
    },
  );

  it.each(['', 'Wall', 'custom.', `custom.${'n'.repeat(65)}`, 'custom.a.b', 'custom.ü', 'a-b', '..', 'wall.x'])(
    'takes no folder %j for a type',
    (type) => {
      expect(parseSnapshotKey(`profiled-fn/S/F/${type}/00-9f86d081884c.pb.gz`)).toBeUndefined();
      expect(isProfileType(type)).toBe(false);
    },
  );

  it.each([
    'profiled-fn/OrdersStack/Checkout/wall/',
    'profiled-fn/OrdersStack/Checkout/c-pu/03-9f86d081884c.pb.gz',
    'profiled-fn/OrdersStack/Checkout/wall/3-9f86d081884c.pb.gz',
    'profiled-fn/OrdersStack/Checkout/wall/03-9F86D081884C.pb.gz',
    'profiled-fn/OrdersStack/Checkout/wall/03-9f86d081884c.pb.gz.bak',
    'profiled-fn/OrdersStack/a/b/wall/03-9f86d081884c.pb.gz',
    'profiled-fn/OrdersStack/../wall/03-9f86d081884c.pb.gz',
    'profiled-fn/../Checkout/wall/03-9f86d081884c.pb.gz',
    'profiled-fn/OrdersStack/Check\u001bout/wall/03-9f86d081884c.pb.gz',
    `profiled-fn/OrdersStack/${'x'.repeat(960)}/wall/03-9f86d081884c.pb.gz.bak`,
    'other/profiled-fn/OrdersStack/Checkout/wall/03-9f86d081884c.pb.gz',
    'profiled-fn/OrdersStack/Checkout/wall/03-9f86d081884c.pb.gz\n',
  ])('does not take %j for a snapshot', (key) => {
    expect(parseSnapshotKey(key)).toBeUndefined();
  });
});

describe('compareProfileTypes', () => {
  it('puts what everybody knows first', () => {
    const types = ['zeta', 'custom.b', 'init', 'wall', 'custom.a', 'heap'];
    expect(types.sort(compareProfileTypes)).toEqual(['wall', 'heap', 'init', 'custom.a', 'custom.b', 'zeta']);
  });
});

describe('snapshotPrefix', () => {
  it('ends with a slash, so that it covers no neighbour with a longer name', () => {
    expect(snapshotPrefix('profiled-fn', 'S')).toBe('profiled-fn/S/');
    expect(snapshotPrefix('profiled-fn', 'S', 'Api')).toBe('profiled-fn/S/Api/');
    expect(snapshotPrefix('team/profiles', 'S', 'Api', 'wall')).toBe('team/profiles/S/Api/wall/');
  });
});

describe('functionNameOfPath', () => {
  it('writes a construct path as the constructs do', () => {
    expect(functionNameOfPath('Api/Orders')).toBe('Api.Orders');
    expect(functionNameOfPath('Api/v1.0 ü')).toBe('Api.v1!2e0!20!c3!bc');
  });
});
