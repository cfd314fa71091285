import { limits } from '../lib/contract/limits';
import { isGzip } from '../profile/pprof/gzip-magic';

/**
 * Inflates `bytes` if they are gzip; returns them as they are if not.
 *
 * @param limit most bytes of the result.
 * @throws Error when the gzip stream is broken or incomplete, or inflates to more than `limit` bytes.
 */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  limit: number = limits.bytes,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) return bytes;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Error('its gzip data is broken or cut off', { cause });
    });
    if (done) return concatenate(chunks, length);
    chunks.push(value);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new Error(`it inflates to more than ${limit} bytes, more than this page opens`);
    }
  }
}

function concatenate(chunks: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
