import { afterEach, describe, expect, it, vi } from 'vitest';
import { isReservedLabel, RESERVED_LABELS } from '../../lib/contract/labels';
import { optionProblems } from '../../lib/option-problems';
import { invocationRecords } from '../../profile/analysis/invocation-records';
import { mergedSnapshots } from '../../profile/analysis/merged-snapshots';
import { snapshotLabels } from '../../profile/analysis/snapshot-labels';
import { LabelIntake } from '../../runtime/invocations/user-labels';
import { sourceFiles } from '../support/source-files';

/** How code names a label that it writes or looks for. */
const LABEL =
  /\bkey: '([^']+)', (?:str|num)\b|\blabel\.key [!=]== '([^']+)'|\b(?:numberLabel|numberOf|labelText|isText)\([^()']*'(\w+)'/g;

afterEach(() => vi.restoreAllMocks());

describe('a label that the sampler or a reader owns', () => {
  it('is reserved, wherever code names one', () => {
    const named = [...sourceFiles('runtime', 'profile', 'cli', 'ui')].flatMap(([file, text]) =>
      Array.from(text.matchAll(LABEL), ([, ...groups]) => ({ file, label: groups.join('') })),
    );
    expect(new Set(named.map(({ label }) => label))).toEqual(new Set(RESERVED_LABELS));
    expect(named.filter(({ label }) => !isReservedLabel(label))).toEqual([]);
  });

  it.each(RESERVED_LABELS)('%s cannot be set in props', (label) => {
    expect(optionProblems({ labels: { [label]: 'x' } })).toEqual([expect.stringContaining(`'labels' has '${label}'`)]);
  });

  it.each(RESERVED_LABELS)('%s cannot be set in code', (label) => {
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    expect(new LabelIntake().accept({ [label]: 'x', team: 'shop' })).toEqual({ team: 'shop' });
  });

  it('is read as what it is, and any other as the user’s', () => {
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const everything = Object.fromEntries([...RESERVED_LABELS, 'team'].map((label) => [label, 'the user’s']));
    const users = Object.entries(new LabelIntake().accept(everything)).map(([key, str]) => ({ key, str }));
    const labels = [
      ...snapshotLabels('9f86d081884c', 1_700_000_000_000),
      { key: 'start', num: 1_700_000_000_000_000_000n, unit: 'nanoseconds' },
      { key: 'wall', num: 5_000_000, unit: 'nanoseconds' },
      ...users,
    ];
    const samples = [{ locations: [], values: [0], labels }];
    const [record] = invocationRecords({ samples });
    expect(record).toMatchObject({ instance: '9f86d081884c', window: 1_700_000_000_000, wallNanos: 5_000_000 });
    expect(record.labels).toEqual({ team: 'the user’s' });
    expect(mergedSnapshots({ samples } as never)).toMatchObject([
      { instance: '9f86d081884c', from: 1_700_000_000_000 },
    ]);
  });
});
