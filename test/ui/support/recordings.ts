import { encodeProfile } from '../../../profile/encode';
import type { Profile } from '../../../profile/model';
import { type Recording, readRecording } from '../../../ui/recording';

/** `profile` as the page reads it. */
export function recordingOf(profile: Profile): Recording {
  return readRecording(encodeProfile(profile));
}
