import { describe, expect, it } from 'vitest';
import { treeShape } from '../../profile/analysis/call-tree';
import { formatValue } from '../../profile/model/value-format';
import { buildGraph } from '../../ui/graph';
import { overviewOf } from '../../ui/overview';
import { labelChips, labelColumns } from '../../ui/stacks/labels';
import { joinTables, keepSamples } from '../../ui/stacks/stack-table';
import { summarizeProfile } from '../../ui/summary';
import { labelled, profileOf } from './stacks/support/tables';
import { foldedProfile } from './support/folded-profile';
import { recordingOf } from './support/recordings';

const WALL = [{ type: 'wall', unit: 'nanoseconds' }];
const cold = (is: boolean) => [{ key: 'cold_start', str: String(is) }];
const profile = labelled(
  profileOf(
    ['handler@/var/task/src/a.ts;parse@/var/task/src/a.ts', 30e6],
    ['handler@/var/task/src/a.ts;send@/var/task/node_modules/pg/index.js', 20e6],
    ['(garbage collector)', 10e6],
    ['(idle)', 40e6],
  ),
  [cold(true), cold(true), cold(false), cold(false)],
);

function overview(of = profile, samples = 4, types = WALL) {
  const recording = recordingOf(of);
  const { table, labels } = recording;
  const shown = keepSamples(
    table,
    Uint8Array.from(of.samples, (_, s) => (s < samples ? 1 : 0)),
  );
  const weights = { values: shown.values[0], base: undefined, scale: 1 };
  const chips = labelChips(labelColumns(labels.sets), {}, labels, table.values[0], table.values[0]);
  return overviewOf({
    shown: { table: shown, columns: { own: 0, base: types.length }, scale: 1, weights },
    graph: buildGraph(treeShape(shown), weights, 'callees'),
    summary: summarizeProfile(recording, 0),
    labels: chips,
    sampleTypes: types,
    amount: (value) => formatValue(value, types[0].unit),
  });
}

it('the overview says what matters', () => {
  const { sentences, costly } = overview();
  expect(sentences).toEqual([
    'The profile has 100 ms of wall, in 4 stacks.',
    '40% of it were idle: the function waited, for the network or for a timer, and was billed for it.',
    'Garbage collection took 10% (10 ms).',
    'Time by origin: your code 30%, dependencies 20%.',
    'The dependency that ran longest is pg: 20%.',
    '50% were in cold starts, the first invocations of their instances.',
  ]);
  expect(costly.map(({ name, place, amounts }) => [name, place, ...amounts])).toEqual([
    ['parse', 'src/a.ts:1', '30 ms', '30%'],
    ['send', 'pg/index.js:1', '20 ms', '20%'],
  ]);
});

it('the overview is of what is shown', () => {
  expect(overview(profile, 2).sentences[0]).toBe(
    'Shown are 50 ms of wall, 50% of the profile; filters leave out the rest.',
  );
  expect(overview(profileOf(), 0)).toEqual({
    sentences: ['The profile has 0 ns of wall, in 0 stacks.'],
    costly: [],
    changed: [],
  });
});

describe('the overview of a profile with more to tell', () => {
  const types = [
    { type: 'wall', unit: 'nanoseconds' },
    { type: 'cost', unit: 'nanodollars' },
  ];
  const rich = foldedProfile(types, [
    ['handler@/var/task/src/a.ts;parse@/var/task/src/a.ts', 30e6, 3e9],
    ['handler@/var/task/src/a.ts;(waiting: POST s3)', 50e6, 5e9],
    ['(waiting: timer)', 10e6, 1e9],
    ['(idle)', 10e6, 1e9],
  ]);

  it('names what was waited for, and says what the time and its functions cost', () => {
    const { sentences, costly } = overview(rich, 4, types);
    expect(sentences).toContain('Lambda charges $10.00 for that time.');
    expect(sentences.join(' ')).toContain('70% of it were idle');
    expect(sentences).toContain('It waited most for POST s3 (50%), timer (10%).');
    expect(costly.map(({ name, amounts }) => [name, ...amounts])).toEqual([['parse', '30 ms', '30%', '$3.00']]);
  });

  it('compares with a base', () => {
    const own = recordingOf(profileOf(['a', 30e6], ['b', 10e6]));
    const before = recordingOf(profileOf(['a', 20e6], ['b', 60e6]));
    const table = joinTables(own.table, before.table);
    const weights = { values: table.values[0], base: table.values[1], scale: 0.5 };
    const { sentences, changed } = overviewOf({
      shown: { table, columns: { own: 0, base: 1 }, scale: 0.5, weights },
      graph: buildGraph(treeShape(table), weights, 'callees'),
      summary: summarizeProfile(own, 0),
      labels: [],
      sampleTypes: [types[0]],
      amount: (value) => formatValue(value, 'nanoseconds'),
    });
    expect(sentences).toContain('The base has 80 ms: this is 50% less. Below, shares of the two are compared.');
    expect(changed.map(({ name, amounts }) => [name, ...amounts])).toEqual([
      ['a', '+20 ms'],
      ['b', '-20 ms'],
    ]);
  });
});
