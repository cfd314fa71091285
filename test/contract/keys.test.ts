import { describe, expect, it } from 'vitest';
import {
  functionName,
  functionOfPrefix,
  functionPrefix,
  listingPrefix,
  parseSnapshotKey,
  snapshotKey,
} from '../../lib/contract/keys';
import { isProfileType } from '../../lib/contract/profile-types';

describe('snapshotKey', () => {
  it('builds what parseSnapshotKey takes apart', () => {
    const prefix = functionPrefix('team/profiles', 'Orders-Stack', functionName(['Api', 'Größe €']));
    for (const [slot, type] of [
      [0, 'wall'],
      [9, 'custom.cache_misses'],
      [99, 'gc'],
    ] as const) {
      const key = snapshotKey(prefix, type, slot, '9f86d081884c');
      expect(parseSnapshotKey(key, 'team/profiles')).toEqual({
        stack: 'Orders-Stack',
        function: 'Api.Gr!c3!b6!c3!9fe!20!e2!82!ac',
        type,
        slot,
        instance: '9f86d081884c',
      });
    }
  });

  it('has the documented form', () => {
    expect(snapshotKey('profiled-fn/OrdersStack/Checkout', 'wall', 3, '9f86d081884c')).toBe(
      'profiled-fn/OrdersStack/Checkout/wall/03-9f86d081884c.pb.gz',
    );
  });
});

describe('functionOfPrefix', () => {
  it('is the end of the prefix', () => {
    expect(functionOfPrefix(functionPrefix('team/profiles', 'S', 'Api.Orders'))).toBe('Api.Orders');
  });
});

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

describe('listingPrefix', () => {
  it('ends with a slash, so that it covers no neighbour with a longer name', () => {
    expect(listingPrefix('profiled-fn', 'S')).toBe('profiled-fn/S/');
    expect(listingPrefix('profiled-fn', 'S', 'Api')).toBe('profiled-fn/S/Api/');
    expect(listingPrefix('team/profiles', 'S', 'Api', 'wall')).toBe('team/profiles/S/Api/wall/');
  });
});

describe('functionName', () => {
  it('joins the ids of a construct path with dots', () => {
    expect(functionName(['Api', 'Orders'])).toBe('Api.Orders');
  });

  it('keeps letters, digits, underscore and hyphen', () => {
    expect(functionName(['aZ09_-'])).toBe('aZ09_-');
  });

  it('writes every other character as its UTF-8 bytes, also those outside the basic plane', () => {
    expect(functionName(['a.b'])).toBe('a!2eb');
    expect(functionName(['Größe €'])).toBe('Gr!c3!b6!c3!9fe!20!e2!82!ac');
    expect(functionName(['🔥'])).toBe('!f0!9f!94!a5');
  });

  it('encodes what has a meaning in keys, policies and outputs', () => {
    expect(functionName(['/*?$={},!'])).toMatch(/^(![0-9a-f]{2}){9}$/);
  });

  it('gives different paths different segments', () => {
    const paths = [['Api', 'Orders'], ['Api.Orders'], ['Api!2eOrders'], ['Api', '', 'Orders'], ['ApiOrders']];
    expect(new Set(paths.map(functionName)).size).toBe(paths.length);
  });
});

describe('functionPrefix', () => {
  it('holds no prefix of a function whose path begins with the same ids', () => {
    const api = `${functionPrefix('profiled-fn', 'Shop', functionName(['Api']))}/`;
    const orders = `${functionPrefix('profiled-fn', 'Shop', functionName(['Api', 'Orders']))}/`;
    expect(api).toBe('profiled-fn/Shop/Api/');
    expect(orders.startsWith(api)).toBe(false);
  });
});
