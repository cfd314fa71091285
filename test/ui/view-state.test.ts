import { describe, expect, it } from 'vitest';
import { decodeViewState, encodeViewState, INITIAL_VIEW, selectedProfile, type ViewState } from '../../ui/view-state';

const CHOSEN: ViewState = {
  stack: 'OrdersStack',
  function: 'Api/Order & more',
  profile: 'heap',
  value: 'inuse_space',
  view: 'top',
  search: '/^<b>#%&=é/',
  hideIdle: true,
  zoom: '1a.2b',
  direction: 'callers',
  rootBelow: true,
  labels: { outcome: ['error', 'ti&me=out'], ['__proto__']: ['x'], 'my key': ['<1>'] },
  chosenFrame: 'f1',
  base: 'OrdersStack/Api/heap',
  absolute: true,
  focus: 'parse',
  ignore: '/^json/i',
  hide: 'a b',
  showFrom: 'handler',
  hiddenOrigins: ['dependency', 'node'],
  mergeRecursion: true,
  invocations: 'at 1760000000000.123 in 9f86d0&81884c',
  perInvocation: true,
  file: 'src/a=b.ts',
  line: '12',
};

describe('the page’s address', () => {
  it('brings every choice back', () => {
    expect(decodeViewState(`#${encodeViewState(CHOSEN)}`)).toEqual(CHOSEN);
  });

  it('is empty as long as nothing is chosen', () => {
    expect(encodeViewState(INITIAL_VIEW)).toBe('');
    expect(decodeViewState('')).toEqual(INITIAL_VIEW);
  });

  it('that another page wrote chooses nothing', () => {
    expect(decodeViewState('#view=nothing&idle=maybe&%E0%A4%A&x=1')).toEqual(INITIAL_VIEW);
  });
});

describe('the profile shown', () => {
  const profiles = [
    { stack: 'A', function: 'First', type: 'heap' },
    { stack: 'A', function: 'First', type: 'wall' },
    { stack: 'A', function: 'Second', type: 'wall' },
    { stack: 'B', function: 'First', type: 'init' },
  ];
  const select = (choice: Partial<ViewState>) => selectedProfile(profiles, { ...INITIAL_VIEW, ...choice });

  it('is the one that is chosen', () => {
    expect(select({ stack: 'A', function: 'Second', profile: 'wall' })).toBe(2);
    expect(select({ stack: 'B', function: 'First', profile: 'init' })).toBe(3);
  });

  it('is another of the same function when the type is missing', () => {
    expect(select({ stack: 'B', function: 'First', profile: 'wall' })).toBe(3);
  });

  it('is the first wall profile without a choice, or with one that is gone', () => {
    expect(select({})).toBe(1);
    expect(select({ stack: 'Gone', function: 'Gone', profile: 'heap' })).toBe(1);
  });

  it('is the first of all when none is wall, and none when there is none', () => {
    expect(selectedProfile([profiles[3]], INITIAL_VIEW)).toBe(0);
    expect(selectedProfile([], INITIAL_VIEW)).toBe(-1);
  });
});
