import { isGzip } from '../../profile/pprof/gzip-magic';
import { profileBytes } from '../load-profile';
import type { ProfileSource } from '../page-data';

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

/** A profile's file as pprof has it: as it came, gzipped if it was not. */
export async function pprofFile(source: ProfileSource): Promise<Blob> {
  const bytes = await profileBytes(source);
  if (isGzip(bytes)) return new Blob([bytes]);
  return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
}
