import type { Profile } from '../../../profile/model/profile';
import { encodeProfile } from '../../../profile/pprof/encode';
import { type Recording, readRecording } from '../../../ui/recording';

/** `profile` as the page reads it. */
export function recordingOf(profile: Profile): Recording {
  return readRecording(encodeProfile(profile));
}
