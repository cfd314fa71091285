import { describe, expect, it } from 'vitest';
import { type Claim, parseQuery, readClaim, type SignedRequest, sha256, verifySignature } from '../../local/sigv4';

// The examples of "Authenticating Requests: Using the Authorization Header" in the S3 API reference.
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const NOW = new Date('2013-05-24T00:00:00Z');
const EMPTY = sha256('');

function authorization(signedHeaders: string, signature: string): string {
  return `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;
}

function getObject(): SignedRequest {
  return {
    method: 'GET',
    url: '/test.txt',
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': EMPTY,
      'x-amz-date': '20130524T000000Z',
      authorization: authorization(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
    },
    bodyHash: () => EMPTY,
  };
}

function claimOf({ url, headers }: SignedRequest): Claim {
  const claim = readClaim(url, headers);
  if (typeof claim !== 'object') throw new Error(`no claim: ${claim}`);
  return claim;
}

function verify(request: SignedRequest, now = NOW, secret = SECRET) {
  return verifySignature(request, claimOf(request), secret, now);
}

describe('verifySignature', () => {
  it('accepts the GET of the S3 API reference', () => {
    expect(verify(getObject())).toMatchObject({ scope: '20130524/us-east-1/s3/aws4_request' });
  });

  it('accepts the PUT of the S3 API reference, whose key has a dollar sign', () => {
    const request: SignedRequest = {
      method: 'PUT',
      url: '/test%24file.text',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        host: 'examplebucket.s3.amazonaws.com',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        authorization: authorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
      bodyHash: () => EMPTY,
    };
    expect(verify(request)).toHaveProperty('signingKey');
    // Unencoded in the request line, it is the same key.
    expect(verify({ ...request, url: '/test$file.text' })).toHaveProperty('signingKey');
  });

  it.each([
    ['?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    ['?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
    ['?prefix=J&max-keys=2', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
  ])('accepts the query %s of the S3 API reference', (query, signature) => {
    const request = getObject();
    request.url = `/${query}`;
    const { range, ...headers } = request.headers;
    request.headers = { ...headers, authorization: authorization('host;x-amz-content-sha256;x-amz-date', signature) };
    expect(range).toBeDefined();
    expect(verify(request)).toHaveProperty('signingKey');
  });

  it('accepts the presigned URL of the S3 API reference, for as long as it is good', () => {
    const request: SignedRequest = {
      method: 'GET',
      url: '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      headers: { host: 'examplebucket.s3.amazonaws.com' },
      bodyHash: () => EMPTY,
    };
    expect(verify(request)).toHaveProperty('signingKey');
    expect(verify(request, new Date('2013-05-24T23:59:59Z'))).toHaveProperty('signingKey');
    expect(verify(request, new Date('2013-05-25T00:00:01Z'))).toMatchObject({ kind: 'expired' });
  });

  it.each<[string, (request: SignedRequest) => void]>([
    ['method', (request) => (request.method = 'DELETE')],
    ['path', (request) => (request.url = '/other.txt')],
    ['query', (request) => (request.url += '?versionId=1')],
    ['signed header', (request) => (request.headers.range = 'bytes=0-10')],
    ['payload hash', (request) => (request.headers['x-amz-content-sha256'] = sha256('x'))],
  ])('refuses another %s than the one that was signed', (_, tamper) => {
    const request = getObject();
    tamper(request);
    expect(verify(request)).toMatchObject({ kind: 'mismatch', stringToSign: expect.stringContaining('20130524') });
  });

  it('refuses another secret', () => {
    expect(verify(getObject(), NOW, `${SECRET}x`)).toMatchObject({ kind: 'mismatch' });
  });

  it("refuses a header of Amazon's that is not signed", () => {
    const request = getObject();
    request.headers['x-amz-acl'] = 'public-read';
    expect(verify(request)).toMatchObject({ kind: 'unsigned-header', message: expect.stringContaining('x-amz-acl') });
  });

  it('lets clocks differ by fifteen minutes and no more', () => {
    expect(verify(getObject(), new Date('2013-05-24T00:14:59Z'))).toHaveProperty('signingKey');
    expect(verify(getObject(), new Date('2013-05-24T00:15:01Z'))).toMatchObject({ kind: 'skewed' });
    expect(verify(getObject(), new Date('2013-05-23T23:44:59Z'))).toMatchObject({ kind: 'skewed' });
  });
});

describe('readClaim', () => {
  it('takes a request without a signature as anonymous', () => {
    expect(readClaim('/bucket/key?X-Amz-Date=1', {})).toBeUndefined();
  });

  it.each([
    ['another algorithm', 'AWS AKIA:signature'],
    ['no scope', `AWS4-HMAC-SHA256 Credential=AKIA,SignedHeaders=host,Signature=${'a'.repeat(64)}`],
    ['a short signature', authorization('host', 'abc')],
  ])('calls a header with %s malformed', (_, header) => {
    expect(readClaim('/', { authorization: header, 'x-amz-date': '20130524T000000Z' })).toBe('malformed');
  });

  it('calls a date that is not that of the scope malformed', () => {
    const header = authorization('host', 'a'.repeat(64));
    expect(readClaim('/', { authorization: header, 'x-amz-date': '20130525T000000Z' })).toBe('malformed');
  });
});

describe('parseQuery', () => {
  it('keeps order, repetition and empty values', () => {
    expect(parseQuery('/?b=2&a&a=1%2B+x&&=y')).toEqual([
      ['b', '2'],
      ['a', ''],
      ['a', '1+ x'],
      ['', 'y'],
    ]);
  });
});
