import { describe, expect, it } from 'vitest';
import {
  chosenInvocations,
  formatInvocationChoice,
  type InvocationChoice,
  matchInvocations,
  parseInvocationChoice,
} from '../../../ui/timeline/selection';
import { FIRST_START, invocationProfile, type TestInvocation } from '../support/invocation-profile';
import { recordingOf } from '../support/recordings';

const HANDLER = 'handler@/var/task/src/a.ts';
/** Five invocations of two instances; of the first, two took as long, and one of these has a rank. */
const invocations: TestInvocation[] = [
  { start: 0, millis: 400, cold: true, rank: 1, stacks: [[`${HANDLER};load`, 400]] },
  { start: 500, millis: 30, bucket: 32, rank: 2, stacks: [[`${HANDLER};one`, 30]] },
  { start: 600, millis: 29, bucket: 32, stacks: [[`${HANDLER};two`, 29]] },
  { start: 700, millis: 28, bucket: 32, stacks: [[`${HANDLER};three`, 28]] },
  { start: 800, millis: 30, bucket: 32, instance: 'bbbb00000002', stacks: [[`${HANDLER};four`, 30]] },
];

function select(
  choice: InvocationChoice,
  told?: readonly string[],
  of = invocations,
  isRecorded?: (invocation: TestInvocation) => boolean,
) {
  const recording = recordingOf(invocationProfile(of, told, isRecorded));
  const { table, labels } = recording;
  const chosen = chosenInvocations(recording.invocations, choice);
  const { sets, others } = matchInvocations(recording, chosen);
  const leaves: string[] = [];
  for (let s = 0; s < table.size; s++) {
    if (sets[labels.ofSample[s]] === 0 || table.start[s + 1] === table.start[s]) continue;
    leaves.push(table.frames[table.path[table.start[s + 1] - 1]].name);
  }
  return { chosen: chosen.length, leaves, others };
}

const one = (start: number, instance = 'aaaa00000001'): InvocationChoice => ({
  kind: 'one',
  instance,
  start: FIRST_START + start,
});

describe('a choice of invocations', () => {
  it.each<InvocationChoice>([
    { kind: 'all' },
    { kind: 'range', from: 1760000000000.5, to: 1760000000100.25 },
    { kind: 'slowest', percent: 2.5 },
    { kind: 'one', instance: '9f86 in <b>', start: 1760000000000.123 },
  ])('is in the page’s address: %j', (choice) => {
    expect(parseInvocationChoice(formatInvocationChoice(choice))).toEqual(choice);
  });

  it('that cannot be understood is none', () => {
    for (const text of ['slowest', 'from x to y', 'at noon', '<b>']) {
      expect(parseInvocationChoice(text)).toEqual({ kind: 'all' });
    }
  });

  it('of one with a rank has its samples and no others', () => {
    expect(select(one(500))).toEqual({ chosen: 1, leaves: ['one'], others: 0 });
  });

  it('of one without a rank has those like it in the same snapshot, and says how many', () => {
    expect(select(one(600))).toEqual({ chosen: 1, leaves: ['two', 'three'], others: 1 });
  });

  it('is exact where all that are alike are chosen', () => {
    const range: InvocationChoice = { kind: 'range', from: FIRST_START + 600, to: FIRST_START + 700 };
    expect(select(range)).toEqual({ chosen: 2, leaves: ['two', 'three'], others: 0 });
  });

  it('of one that ran across snapshots has what was sampled before it ended', () => {
    const across: TestInvocation[] = [
      { start: 0, millis: 20, bucket: 23, stacks: [[`${HANDLER};before`, 20]] },
      { start: 900, millis: 1500, window: 2000, bucket: 2048, stacks: [[`${HANDLER};end`, 400]] },
      { start: 2500, millis: 20, window: 2000, bucket: 23, stacks: [[`${HANDLER};after`, 20]] },
      { start: 950, millis: 1500, window: 2000, bucket: 2048, instance: 'bbbb00000002' },
    ];
    const running = (window: number, leaf: string) =>
      ({ start: 900, millis: 0, window, outcome: 'running', stacks: [[`${HANDLER};${leaf}`, 100]] }) as TestInvocation;
    const parts = [...across, running(0, 'begin'), running(1000, 'middle'), running(2000, 'killed')];
    const isEnded = ({ outcome }: TestInvocation) => outcome !== 'running';
    expect(select(one(900), undefined, parts, isEnded)).toEqual({
      chosen: 1,
      leaves: ['end', 'begin', 'middle'],
      others: 0,
    });
    expect(select(one(2500), undefined, parts, isEnded).leaves).toEqual(['after']);
    expect(select(one(0), undefined, parts, isEnded).leaves).toEqual(['before']);
  });

  it('tells instances apart', () => {
    expect(select(one(800, 'bbbb00000002'))).toEqual({ chosen: 1, leaves: ['four'], others: 0 });
  });

  it('in a large merge, whose samples lack snapshot and rank, has all of the same duration and outcome', () => {
    expect(select(one(600), [])).toEqual({ chosen: 1, leaves: ['one', 'two', 'three', 'four'], others: 3 });
    expect(select(one(0), [])).toEqual({ chosen: 1, leaves: ['load'], others: 0 });
  });

  it('of the slowest has so many of a hundred, and one at least', () => {
    expect(select({ kind: 'slowest', percent: 1 })).toEqual({ chosen: 1, leaves: ['load'], others: 0 });
    expect(select({ kind: 'slowest', percent: 40 })).toEqual({ chosen: 2, leaves: ['load', 'one'], others: 0 });
  });

  it('does not count as others those that left no sample', () => {
    const quick = [...invocations, { start: 900, millis: 31, bucket: 32 }, { start: 950, millis: 1 }];
    expect(select(one(950), undefined, quick)).toEqual({ chosen: 1, leaves: [], others: 0 });
  });
});
