/** A key as it stands in a path: all but RFC 3986's unreserved characters and `/` percent-encoded, as S3 signs it. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%2F/g, '/');
}
