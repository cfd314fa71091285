import { isInvocationRecord } from '../../profile/analysis/invocation-records';
import { mergedSnapshots, windowEnd } from '../../profile/analysis/merged-snapshots';
import type { Profile } from '../../profile/model/profile';
import { CommandError } from '../terminal/command-error';
import { formatCount, formatTimeRange } from '../terminal/format';
import { isSelected, type SnapshotSelection, selectionText } from './selection';

/** What a merged file can be asked for: its samples tell their version themselves. */
type FileSelection = Omit<SnapshotSelection, 'version'>;

/**
 * The part of a merged file that comes from the snapshots of `selection`: the same object where that is all.
 *
 * @throws CommandError if the file does not tell its snapshots, or has none of these
 */
export function snapshotsOfFile(profile: Profile, selection: FileSelection, of: string): Profile {
  const { since, until, instances } = selection;
  const flags = selectionText({ since, until, instances });
  if (flags === '') return profile;
  const snapshots = mergedSnapshots(profile).map((each) => ({ ...each, to: windowEnd(profile, each) }));
  if (snapshots.some(({ from, samples }) => from === 0 && !samples.every(isInvocationRecord))) {
    throw new CommandError(
      `${of} does not show the snapshots of its samples, so ${flags} cannot select: it is not a wall profile of fetch, or has more than 30,000 samples.`,
      'Leave the file out to select among the snapshots of a stack: --stack S --function F.',
    );
  }
  const chosen = snapshots.filter(
    ({ from, to, instance }) =>
      isSelected({ since, until }, { from: new Date(from), to: new Date(to), version: '' }) &&
      (instances?.includes(instance) ?? true),
  );
  if (chosen.length === 0 && snapshots.length > 0) {
    const first = new Date(Math.min(...snapshots.map(({ from }) => from)));
    const last = new Date(Math.max(...snapshots.map(({ to }) => to)));
    const names = new Set(snapshots.map(({ instance }) => instance));
    throw new CommandError(
      `None of the ${formatCount(snapshots.length, 'snapshot')} in ${of} matches ${flags}.`,
      `They are of ${formatTimeRange(first, last)}, and of ${formatCount(names.size, 'instance')}: ${[...names].slice(0, 5).join(', ')}${names.size > 5 ? ', …' : ''}.`,
    );
  }
  return { ...profile, samples: chosen.flatMap(({ samples }) => samples) };
}
