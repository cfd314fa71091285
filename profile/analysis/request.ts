import type { ReservedLabel } from '../../lib/contract/labels';
import type { Label, Profile, Sample } from '../model/profile';
import { isInvocationRecord } from './invocation-records';

/** What is known of one request in a profile. */
export interface RequestSamples {
  /** Its samples and records only. */
  profile: Profile;
  /** Attempts with this id: Lambda retries an asynchronous invocation under the same id. */
  attempts: number;
}

/** Labels that say which invocation a sample is of: its rank in a snapshot, and in a merged profile the snapshot. */
const INVOCATION_LABELS: readonly ReservedLabel[] = ['instance', 'window', 'slowest'];

/**
 * The samples of one request, in a snapshot or in a merged profile. Only records of the slowest and the failed
 * invocations of a snapshot have request ids, and the samples of these are distinguished by their rank.
 */
export function samplesOfRequest(profile: Profile, requestId: string): RequestSamples {
  const records = profile.samples.filter(
    (sample) => isInvocationRecord(sample) && sample.labels.some((label) => isText(label, 'request_id', requestId)),
  );
  const invocations = new Set(records.map(invocationOf));
  const isOwn = (sample: Sample): boolean =>
    isInvocationRecord(sample) ? records.includes(sample) : invocations.has(invocationOf(sample));
  return {
    profile: { ...profile, samples: records.length === 0 ? [] : profile.samples.filter(isOwn) },
    attempts: records.length,
  };
}

function invocationOf({ labels }: Sample): string {
  return INVOCATION_LABELS.map((key) => {
    const label = labels.find((candidate) => candidate.key === key);
    return label === undefined ? '' : 'str' in label ? label.str : String(label.num);
  }).join(' ');
}

function isText(label: Label, key: string, text: string): boolean {
  return label.key === key && 'str' in label && label.str === text;
}
