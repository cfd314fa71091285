import { describe, expect, it } from 'vitest';
import { admittedSets, labelChips, labelColumns, samplesOfSets, toggleLabel } from '../../../ui/stacks/labels';
import { recordingOf } from '../support/recordings';
import { labelled, profileOf } from './support/tables';

const profile = labelled(profileOf(['a', 1], ['b', 2], ['c', 4], ['d', 8]), [
  [
    { key: 'outcome', str: 'ok' },
    { key: 'version', str: '10' },
  ],
  [
    { key: 'outcome', str: 'error' },
    { key: 'version', str: '9' },
  ],
  [
    { key: 'outcome', str: 'ok' },
    { key: 'version', str: '9' },
  ],
  [],
]);
const { labels } = recordingOf(profile);
const columns = labelColumns(labels.sets);
/** Which of the samples a choice admits. */
const admitted = (choice: Record<string, string[]>) => [
  ...samplesOfSets(labels, admittedSets(columns, choice, labels.sets.length)),
];
const weights = Float64Array.of(1, 2, 4, 8);

/** The values of a label that has these numbers. */
const numbers = (key: string, values: number[]) =>
  labelColumns(
    recordingOf(
      labelled(
        profileOf(...values.map((_, i): [string, number] => [`f${i}`, 1])),
        values.map((num) => [{ key, num, unit: 'milliseconds' }]),
      ),
    ).labels.sets,
  ).at(0)?.values;

describe('labels', () => {
  it('are listed by key, their values in an order for people', () => {
    expect(columns.map(({ key, values }) => [key, values])).toEqual([
      ['outcome', ['error', 'ok']],
      ['version', ['9', '10']],
    ]);
  });

  it('that are numbers are shown with their unit, many of them as ranges', () => {
    expect(numbers('size', [250, 1500, 250])).toEqual(['250 ms', '1.5 s']);
    expect(numbers('size', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99, 100])).toEqual([
      '1 ms – 10 ms',
      '10 ms – 100 ms',
      '100 ms – 1 s',
    ]);
  });

  it('of invocations have words of their own, or are chosen in the timeline', () => {
    expect(numbers('duration', [1448, 128, 91])).toEqual(['≤ 91 ms', '≤ 128 ms', '≤ 1.45 s']);
    expect(numbers('slowest', [12, 1, 3, 8, 2])).toBeUndefined();
  });

  it('of the record of an invocation, which has no stack, are left out', () => {
    const record = {
      locations: [],
      values: [0],
      labels: [
        { key: 'wall', num: 1, unit: 'nanoseconds' },
        { key: 'outcome', str: 'timeout' },
        { key: 'version', str: '9' },
      ],
    };
    const { sets } = recordingOf({ ...profile, samples: [...profile.samples, record] }).labels;
    expect(labelColumns(sets).map(({ key, values }) => [key, values])).toEqual([
      ['outcome', ['error', 'ok']],
      ['version', ['9', '10']],
    ]);
    // It is chosen by the values that samples have, all the same.
    expect([...admittedSets(labelColumns(sets), { version: ['9'] }, sets.length)]).toEqual([0, 1, 1, 0, 1]);
  });

  it('admit the samples with one of the values chosen for each key', () => {
    expect(admitted({})).toEqual([1, 1, 1, 1]);
    expect(admitted({ outcome: ['ok'] })).toEqual([1, 0, 1, 0]);
    expect(admitted({ outcome: ['ok', 'error'], version: ['9'] })).toEqual([0, 1, 1, 0]);
    expect(admitted({ outcome: ['absent'] })).toEqual([0, 0, 0, 0]);
    expect(admitted({ nothing: ['x'] })).toEqual([1, 1, 1, 1]);
  });

  it('have as much as the samples that the other labels’ choices admit', () => {
    expect(labelChips(columns, { version: ['9'] }, labels, weights, Float64Array.of(1, 1, 2, 1))).toEqual([
      {
        key: 'outcome',
        whole: 6,
        chips: [
          { value: 'error', chosen: false, weight: 2, samples: 1 },
          { value: 'ok', chosen: false, weight: 4, samples: 2 },
        ],
      },
      {
        key: 'version',
        whole: 15,
        chips: [
          { value: '9', chosen: true, weight: 6, samples: 3 },
          { value: '10', chosen: false, weight: 1, samples: 1 },
        ],
      },
    ]);
  });

  it('are chosen and not chosen any more', () => {
    const one = toggleLabel({}, 'outcome', 'ok');
    expect(one).toEqual({ outcome: ['ok'] });
    expect(toggleLabel(one, 'outcome', 'error')).toEqual({ outcome: ['ok', 'error'] });
    expect(toggleLabel(one, 'outcome', 'ok')).toEqual({});
  });

  it('may have the name of what every object has', () => {
    const of = recordingOf(labelled(profileOf(['a', 1]), [[{ key: 'constructor', str: 'x' }]])).labels;
    const odd = labelColumns(of.sets);
    expect([...admittedSets(odd, {}, 1)]).toEqual([1]);
    expect(labelChips(odd, {}, of, Float64Array.of(1), Float64Array.of(1))[0].chips).toMatchObject([{ value: 'x' }]);
  });
});
