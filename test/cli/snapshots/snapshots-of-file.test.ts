import { describe, expect, it } from 'vitest';
import { snapshotsOfFile } from '../../../cli/snapshots/snapshots-of-file';
import { invocationRecords } from '../../../profile/analysis/invocation-records';
import { snapshotLabels } from '../../../profile/analysis/snapshot-labels';
import type { Profile, Sample } from '../../../profile/model/profile';
import { invocationsProfile } from '../support/profiles';

/** Snapshots as a merged file has them: three invocations, one a second, of each instance at its hour. */
function merged(hours: Record<string, string>): Profile {
  const samples = Object.entries(hours).flatMap(([instance, hour]) => {
    const start = `2026-11-22T${hour}:00:00Z`;
    const invocations = [{ ms: 100 }, { ms: 100 }, { ms: 500 }];
    return invocationsProfile(invocations, 8, start).samples.map(
      (sample): Sample => ({
        ...sample,
        labels: [...snapshotLabels(instance, Date.parse(start)), ...sample.labels],
      }),
    );
  });
  return { ...invocationsProfile([]), samples };
}

const file = merged({ aaaaaaaaaaaa: '10', bbbbbbbbbbbb: '11' });
const instancesIn = (profile: Profile) =>
  invocationRecords(profile)
    .map(({ instance }) => instance[0])
    .join('');
const at = (time: string) => new Date(`2026-11-22T${time}Z`);

describe('snapshotsOfFile', () => {
  it.each([
    [{ instances: ['bbbbbbbbbbbb', 'cccccccccccc'] }, 'bbb'],
    [{ since: at('10:30:00') }, 'bbb'],
    [{ until: at('10:30:00') }, 'aaa'],
    [{ since: at('10:00:02.400'), until: at('11:00:00.001') }, 'aaabbb'],
    [{ since: at('10:00:02.600'), until: at('11:00:00.001') }, 'bbb'],
  ])(
    'takes snapshots whole, from the start of their window to the end of their last invocation: %j',
    (selection, left) => {
      const part = snapshotsOfFile(file, selection, 'f');
      expect(instancesIn(part)).toBe(left);
      expect(part.samples).toHaveLength(2 * left.length);
    },
  );

  it('leaves a file as it is where nothing is asked for', () => {
    expect(snapshotsOfFile(file, {}, 'f')).toBe(file);
  });

  it('says what there is where nothing of it is selected', () => {
    const selection = { instances: ['cccccccccccc'], since: at('09:00:00') };
    expect(() => snapshotsOfFile(file, selection, 'wall.pb.gz')).toThrow(
      expect.objectContaining({
        message:
          'None of the 2 snapshots in wall.pb.gz matches --since 2026-11-22T09:00:00.000Z --instances cccccccccccc.',
        remedy: 'They are of 2026-11-22 10:00:00 to 11:00:02 UTC, and of 2 instances: aaaaaaaaaaaa, bbbbbbbbbbbb.',
      }),
    );
  });

  it('refuses files whose samples do not tell their snapshot, whatever their records tell', () => {
    const records = file.samples.filter(({ locations }) => locations.length === 0);
    const large = { ...file, samples: [...invocationsProfile([{ ms: 1 }]).samples, ...records] };
    expect(() => snapshotsOfFile(large, { since: at('10:00:00') }, 'wall.pb.gz')).toThrow(
      'wall.pb.gz does not show the snapshots of its samples, so --since 2026-11-22T10:00:00.000Z cannot',
    );
  });
});
