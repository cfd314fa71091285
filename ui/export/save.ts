import { encodeProfile } from '../../profile/encode';
import type { Profile } from '../../profile/model';

/** Lets the user save `content` under `name`. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  // What comes from a profile could be a path, or name a file of another kind.
  link.download = name.replace(/[^\w.-]+/g, '-');
  link.click();
  // Not at once: the browser may not have opened it yet.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The profile as a pprof file. */
export function pprofFile(profile: Profile): Promise<Blob> {
  const stream = new Blob([encodeProfile(profile)]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).blob();
}
