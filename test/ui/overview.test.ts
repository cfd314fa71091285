import { expect, test } from 'vitest';
import { formatValue } from '../../profile/value-format';
import { buildGraph } from '../../ui/graph';
import { overviewOf } from '../../ui/overview';
import { labelChips, labelColumns } from '../../ui/stacks/labels';
import { keepSamples } from '../../ui/stacks/stack-table';
import { treeShape } from '../../ui/stacks/stack-tree';
import { summarizeProfile } from '../../ui/summary';
import { recordingOf } from './recordings';
import { labelled, profileOf } from './stacks/tables';

const types = [{ type: 'wall', unit: 'nanoseconds' }];
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

function overview(of = profile, samples = 4) {
  const recording = recordingOf(of);
  const { table, labels } = recording;
  const shown = keepSamples(
    table,
    Uint8Array.from(of.samples, (_, s) => (s < samples ? 1 : 0)),
  );
  const weights = { values: shown.values[0], base: undefined, scale: 1 };
  const chips = labelChips(labelColumns(labels.sets), {}, labels, table.values[0]);
  return overviewOf({
    shown: { table: shown, columns: { own: 0, base: types.length }, scale: 1, weights },
    graph: buildGraph(treeShape(shown), weights, 'callees'),
    summary: summarizeProfile(recording, 0),
    labels: chips,
    sampleTypes: types,
    amount: (value) => formatValue(value, types[0].unit),
  });
}

test('the overview says what matters', () => {
  const { sentences, costly } = overview();
  expect(sentences).toEqual([
    'The profile has 100 ms of wall, in 4 stacks.',
    '40% of it were idle: the function waited, for the network or for a timer, and was billed for it.',
    'Garbage collection took 10% (10 ms).',
    'By whose code ran: your code 30%, dependencies 20%.',
    'Of the dependencies, pg ran longest: 20%.',
    '50% were in cold starts, the first invocations of their instances.',
  ]);
  expect(costly.map(({ name, place, amounts }) => [name, place, ...amounts])).toEqual([
    ['parse', 'src/a.ts:1', '30 ms', '30%'],
    ['send', 'pg/index.js:1', '20 ms', '20%'],
  ]);
});

test('the overview is of what is shown', () => {
  expect(overview(profile, 2).sentences[0]).toBe(
    'Shown are 50 ms of wall, 50% of the profile; filters leave out the rest.',
  );
  expect(overview(profileOf(), 0)).toEqual({
    sentences: ['The profile has 0 ns of wall, in 0 stacks.'],
    costly: [],
    changed: [],
  });
});
