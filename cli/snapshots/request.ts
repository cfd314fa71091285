import { samplesOfRequest } from '../../profile/analysis/request';
import type { Profile } from '../../profile/model/profile';
import { encodeProfile } from '../../profile/pprof/encode';
import type { ObjectContent } from '../aws/object-content';
import { readProfile } from '../files/pprof-file';
import { CommandError } from '../terminal/command-error';
import { formatCount } from '../terminal/format';
import { hasNoSamples } from './empty-selection';

/** Why a request that ran may not be found. */
const WHICH_HAVE_IDS =
  'Snapshots have only the ids of their slowest, failed and timed-out invocations, about 20 each, and none with recordRequestIds: false.';

/** The parts of snapshots that belong to one request. */
export class RequestParts {
  #attempts = 0;

  constructor(private readonly requestId: string) {}

  /** What of a snapshot belongs to the request. */
  async of(content: ObjectContent): Promise<ObjectContent> {
    const { profile, attempts } = samplesOfRequest(await readProfile(content.bytes), this.requestId);
    this.#attempts += attempts;
    return { ...content, bytes: encodeProfile(profile) };
  }

  /** @throws CommandError if no snapshot had a record of the request */
  requireSome(snapshots: number): void {
    if (this.#attempts > 0 || snapshots === 0) return;
    throw new CommandError(
      `No record of request ${this.requestId} in ${formatCount(snapshots, 'wall snapshot')}.`,
      `${WHICH_HAVE_IDS} An instance keeps its newest snapshots, and uploads one after a response, once a minute.`,
    );
  }
}

/**
 * What of a file belongs to a request.
 *
 * @throws CommandError if it has no record of the request, or its samples are not known by invocation
 */
export function requestOfFile(profile: Profile, requestId: string, of: string): Profile {
  const { profile: selected, attempts } = samplesOfRequest(profile, requestId);
  if (attempts === 0) throw new CommandError(`${of} has no record of request ${requestId}.`, WHICH_HAVE_IDS);
  if (hasNoSamples(selected)) {
    throw new CommandError(
      `${of} has a record of request ${requestId}, but no samples that belong to it.`,
      'The request was shorter than a sampling interval, or the file is too large to keep samples by invocation. Leave the file out to select among the snapshots of a stack: --stack S --function F.',
    );
  }
  return selected;
}
