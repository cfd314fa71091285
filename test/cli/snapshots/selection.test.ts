import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../cli/flags/selection-options';
import {
  isSelected,
  mayBeSelected,
  type Selection,
  selectionText,
  selectSamples,
  selectsSamples,
} from '../../../cli/snapshots/selection';
import { wallProfile } from '../support/profiles';

const at = (time: string) => new Date(`2026-11-22T${time}Z`);
const facts = { from: at('10:00:00'), to: at('10:01:00'), version: '42' };

describe('isSelected', () => {
  it.each<[Selection, boolean]>([
    [{}, true],
    [{ since: at('10:00:30') }, true],
    [{ since: at('10:01:00') }, false],
    [{ until: at('10:00:30') }, true],
    [{ until: at('10:00:00') }, false],
    [{ since: at('09:00:00'), until: at('11:00:00'), version: '42' }, true],
    [{ version: '41' }, false],
  ])('takes windows that overlap the time, of the version: %j is %j', (selection, selected) => {
    expect(isSelected(selection, facts)).toBe(selected);
  });
});

describe('mayBeSelected', () => {
  it('spares what was written before, with a minute for clocks that differ', () => {
    const since = at('10:05:00');
    expect(mayBeSelected({ since }, 'a', at('10:03:59'))).toBe(false);
    expect(mayBeSelected({ since }, 'a', at('10:04:30'))).toBe(true);
    expect(mayBeSelected({ since }, 'a', new Date(Number.NaN))).toBe(true);
  });

  it('takes the instances that are named', () => {
    expect(mayBeSelected({ instances: ['a', 'b'] }, 'b', at('10:00:00'))).toBe(true);
    expect(mayBeSelected({ instances: ['a', 'b'] }, 'c', at('10:00:00'))).toBe(false);
  });
});

describe('selectsSamples', () => {
  const every = /^/;
  it.each<[Selection, boolean]>([
    [{}, false],
    [{ since: new Date(0), until: new Date(1), version: '1', instances: ['a'], slowest: 0.01, label: [] }, false],
    [{ label: [{ key: 'k', value: 'v' }] }, true],
    [{ coldStart: true }, true],
    [{ errors: true }, true],
    ...(['focus', 'ignore', 'hide', 'showFrom'] as const).map((name): [Selection, boolean] => [
      { [name]: every },
      true,
    ]),
  ])('%j: %s', (selection, expected) => {
    expect(selectsSamples(selection)).toBe(expected);
  });
});

describe('selectSamples', () => {
  const profile = wallProfile();
  const outcomes = ['ok', 'error', 'timeout'].map((outcome, i) => ({
    ...profile.samples[0],
    labels: [
      { key: 'outcome', str: outcome },
      { key: 'cold_start', str: String(i === 0) },
    ],
  }));
  const labelled = { ...profile, samples: outcomes };
  const count = (selection: Selection) => selectSamples(labelled, selection).samples.length;

  it('knows cold starts and failures by their labels', () => {
    expect(count({})).toBe(3);
    expect(count({ coldStart: true })).toBe(1);
    expect(count({ errors: true })).toBe(2);
    expect(count({ errors: true, coldStart: true })).toBe(0);
    expect(count({ label: [{ key: 'outcome', value: 'ok' }] })).toBe(1);
    expect(count({ focus: /render/ })).toBe(3);
    expect(count({ ignore: /index\.js/ })).toBe(0);
  });
});

describe('selectionText', () => {
  it('says the selection as flags', () => {
    expect(selectionText({})).toBe('');
    expect(
      selectionText({
        since: at('10:00:00'),
        version: '42',
        label: [{ key: 'a', value: 'b' }],
        errors: true,
        focus: /x/,
      }),
    ).toBe('--since 2026-11-22T10:00:00.000Z --version 42 --label a=b --errors --focus x');
  });
});

describe('parseTime', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  it.each([
    ['90m', '2026-11-22T08:30:00.000Z'],
    ['2d', '2026-11-20T10:00:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['2026-11-22T09:30', '2026-11-22T09:30:00.000Z'],
    ['2026-11-22 09:30:15.5Z', '2026-11-22T09:30:15.500Z'],
    ['2026-11-22T09:30+01:00', '2026-11-22T08:30:00.000Z'],
  ])('takes %s for %s', (text, instant) => {
    expect(parseTime(text, undefined, now).toISOString()).toBe(instant);
  });

  it.each([
    ...['', 'now', '5', '-5m', '2026-13-01', '2026-11-22T25:00', '22.11.2026'],
    ...['2026-02-30', '2026-11-31T10:00', '99999999999d'],
  ])('refuses %j', (text) => {
    expect(() => parseTime(text)).toThrow(/neither a time ago/);
  });
});
