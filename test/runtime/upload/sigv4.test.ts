import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest } from '@smithy/types';
import { describe, expect, it } from 'vitest';
import { signV4 } from '../../../runtime/upload/sigv4';

/** The hash that the AWS SDK's own signer asks for. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac('sha256', secret as Uint8Array) : createHash('sha256');
  }
  update(data: unknown) {
    this.#hash.update(data as Uint8Array);
  }
  reset() {}
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
}

const now = Date.parse('2026-03-04T05:06:07.890Z');
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const requests: { what: string; path: string; headers: Record<string, string> }[] = [
  { what: 'a plain key', path: '/profiled-fn/Shop/Checkout/wall/00-0123456789ab.pb.gz', headers: {} },
  { what: 'an encoded key', path: '/a%20b/%C3%84%21', headers: {} },
  {
    what: 'metadata, with spaces to be folded',
    path: '/k',
    headers: { 'x-amz-meta-function': 'shop  checkout ', 'x-amz-meta-version': '$LATEST', 'cache-control': 'no-cache' },
  },
];

describe.each([
  ['temporary', { ...credentials, sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE==' }],
  ['long-lived', credentials],
])('with %s credentials', (_kind, keys) => {
  it.each(requests)('signs $what as the AWS SDK does', async ({ path, headers }) => {
    const body = new TextEncoder().encode('body');
    const all = { host: 'bucket.s3.eu-west-1.amazonaws.com', 'content-type': 'application/octet-stream', ...headers };
    const ours = signV4({ method: 'PUT', path, headers: all, body }, keys, 'eu-west-1', now);

    const signer = new SignatureV4({
      credentials: keys,
      region: 'eu-west-1',
      service: 's3',
      sha256: Sha256,
      uriEscapePath: false,
    });
    const request = { method: 'PUT', protocol: 'https:', hostname: all.host, path, query: {}, headers: all, body };
    const theirs = await signer.sign(request as HttpRequest, {
      signingDate: new Date(now),
      signableHeaders: new Set(Object.keys(all)),
    });
    const signature = (header: string) => /Signature=([0-9a-f]{64})$/.exec(header)?.[1];
    expect(signature(ours.authorization)).toBe(signature(theirs.headers.authorization));
    expect(ours['x-amz-content-sha256']).toBe(theirs.headers['x-amz-content-sha256']);
  });
});
