import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeChunked } from '../../../local/s3/aws-chunked';
import type { SigningContext } from '../../../local/sigv4';

// The example of "Signature Calculations: Transferring Payload in Multiple Chunks" in the S3 API reference: 65 KiB of
// "a" in chunks of 64 KiB, 1 KiB and nothing.
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const signingKey = ['us-east-1', 's3', 'aws4_request'].reduce(
  hmac,
  hmac('AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524'),
);
const signing: SigningContext = {
  signingKey,
  scope: '20130524/us-east-1/s3/aws4_request',
  timestamp: '20130524T000000Z',
  seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
};
const SIGNATURES: [string, string, string] = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
];
const signedHeaders = {
  'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'x-amz-decoded-content-length': '66560',
};
const unsignedHeaders = {
  'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': '4',
  'x-amz-trailer': 'x-amz-checksum-crc32',
};
const UNSIGNED = '3\r\nxyz\r\n1\r\nz\r\n0\r\nx-amz-checksum-crc32:se8N7g==\r\n\r\n';

function signedBody([first, second, last] = SIGNATURES, letter = 'a'): Buffer {
  return Buffer.from(
    `10000;chunk-signature=${first}\r\n${'a'.repeat(65_536)}\r\n` +
      `400;chunk-signature=${second}\r\n${letter.repeat(1024)}\r\n` +
      `0;chunk-signature=${last}\r\n\r\n`,
  );
}

describe('decodeChunked', () => {
  it('decodes and verifies the chunks of the S3 API reference', () => {
    expect(decodeChunked(signedBody(), signedHeaders, signing).body.equals(Buffer.alloc(66_560, 'a'))).toBe(true);
  });

  it('refuses a chunk that is not the one that was signed', () => {
    expect(() => decodeChunked(signedBody(SIGNATURES, 'b'), signedHeaders, signing)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
  });

  it('refuses chunks in another order than they were signed in', () => {
    const [first, second, last] = SIGNATURES;
    expect(() => decodeChunked(signedBody([second, first, last]), signedHeaders, signing)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
  });

  it('refuses chunks without signatures where signed ones were announced', () => {
    const headers = { ...unsignedHeaders, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' };
    expect(() => decodeChunked(Buffer.from(UNSIGNED), headers, signing)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
  });

  it('verifies the signature of the trailer of the S3 API reference', () => {
    const trailing = {
      ...signing,
      seedSignature: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    };
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '66560',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    };
    const chunks = signedBody([
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ])
      .toString()
      .slice(0, -2);
    const trailer = (value: string) =>
      Buffer.from(
        `${chunks}x-amz-checksum-crc32c:${value}\r\n` +
          'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
      );
    expect(decodeChunked(trailer('sOO8/Q=='), headers, trailing).trailers).toEqual({
      'x-amz-checksum-crc32c': 'sOO8/Q==',
    });
    expect(() => decodeChunked(trailer('sOO8/A=='), headers, trailing)).toThrow(
      expect.objectContaining({ code: 'SignatureDoesNotMatch' }),
    );
  });

  it('gives the trailer of unsigned chunks', () => {
    const { body, trailers } = decodeChunked(Buffer.from(UNSIGNED), unsignedHeaders, signing);
    expect(body.toString()).toBe('xyzz');
    expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'se8N7g==' });
  });

  it.each([
    ['ends within a chunk', '3\r\nxy'],
    ['ends before the last chunk', '3\r\nxyz\r\n1\r\nz\r\n'],
    ['has a chunk longer than it says', '2\r\nxyz\r\n0\r\n\r\n'],
    ['has no size', 'xyz\r\n'],
    ['lacks the trailer that was announced', '3\r\nxyz\r\n1\r\nz\r\n0\r\n\r\n'],
    ['is shorter than its length', '3\r\nxyz\r\n0\r\nx-amz-checksum-crc32:a\r\n\r\n'],
  ])('refuses a body that %s', (_, text) => {
    expect(() => decodeChunked(Buffer.from(text), unsignedHeaders, signing)).toThrow(
      expect.objectContaining({ code: 'IncompleteBody' }),
    );
  });

  it('refuses a trailer that was not announced', () => {
    const text = UNSIGNED.replace('\r\n\r\n', '\r\nx-amz-acl:public-read\r\n\r\n');
    expect(() => decodeChunked(Buffer.from(text), unsignedHeaders, signing)).toThrow(/x-amz-acl was not announced/);
  });
});
