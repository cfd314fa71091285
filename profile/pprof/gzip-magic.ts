/** Whether `bytes` begin as gzip does; profiles are stored that way. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
