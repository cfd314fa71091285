import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

// AWS Signature Version 4 from the side of the service. The uploader has a signer of its own, and this shares nothing
// with it on purpose: a mistake in code that both used would cancel itself out here and fail on AWS.

/** What a signature is made of. */
export interface SignedRequest {
  method: string;
  /** As it came: with percent-encoding, and with the query. */
  url: string;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /** Hash of the body, for services whose clients do not send it in `x-amz-content-sha256`. */
  bodyHash: () => string;
}

/** Who says they sign, read from the header or the query of a request; nothing about it is verified yet. */
export interface Claim {
  accessKeyId: string;
  /** `20261122`. */
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  sessionToken?: string;
  /** `20261122T101500Z`. */
  timestamp: string;
  /** Seconds for which a presigned URL is good. */
  expiresSeconds?: number;
}

/** Why a signature is not good. */
export interface SignatureFailure {
  kind: 'mismatch' | 'skewed' | 'expired' | 'unsigned-header';
  /** What happened, for people. */
  message: string;
  /** What was expected to be signed; S3 shows both to help find the difference. */
  canonicalRequest?: string;
  stringToSign?: string;
}

/** What the signatures of a chunked body build on. */
export interface SigningContext {
  signingKey: Buffer;
  /** `20261122/eu-west-1/s3/aws4_request`. */
  scope: string;
  timestamp: string;
  seedSignature: string;
}

/** How far a client's clock may be off: 15 minutes, as AWS allows. */
const MAX_SKEW_MS = 15 * 60_000;

/** Hash that stands for a body that is not signed. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * Who a request says it is from, by header or by presigned query.
 *
 * @returns `undefined` for an anonymous request, `malformed` for one that tries to sign and gets it wrong
 */
export function readClaim(url: string, headers: IncomingHttpHeaders): Claim | 'malformed' | undefined {
  const query = parseQuery(url);
  const fromQuery = (name: string) => query.find(([key]) => key === name)?.[1];
  if (headers.authorization) {
    const [, credential, signedHeaders, signature] =
      /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+)[,\s]+SignedHeaders=([^,\s]+)[,\s]+Signature=([0-9a-f]{64})$/.exec(
        headers.authorization,
      ) ?? [];
    return claim(credential, signedHeaders, signature, headers['x-amz-date'], headers['x-amz-security-token']);
  }
  if (fromQuery('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  const parsed = claim(
    fromQuery('X-Amz-Credential'),
    fromQuery('X-Amz-SignedHeaders'),
    fromQuery('X-Amz-Signature'),
    fromQuery('X-Amz-Date'),
    fromQuery('X-Amz-Security-Token'),
  );
  const expiresSeconds = Number(fromQuery('X-Amz-Expires'));
  // A week is S3's limit.
  if (parsed === 'malformed' || !(expiresSeconds > 0 && expiresSeconds <= 604_800)) return 'malformed';
  return { ...parsed, expiresSeconds };
}

function claim(
  credential: string | undefined,
  signedHeaders: string | undefined,
  signature: string | undefined,
  timestamp: string | string[] | undefined,
  sessionToken: string | string[] | undefined,
): Claim | 'malformed' {
  const [accessKeyId, date, region, service, terminator] = credential?.split('/') ?? [];
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') return 'malformed';
  if (!signedHeaders || !signature || typeof timestamp !== 'string' || !timestamp.startsWith(date)) return 'malformed';
  if (!/^\d{8}T\d{6}Z$/.test(timestamp)) return 'malformed';
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
    timestamp,
    ...(typeof sessionToken === 'string' && { sessionToken }),
  };
}

/**
 * Verifies a signature.
 *
 * @param now for the age of the request
 * @returns what the chunks of the body must build on, or why the signature is not good
 */
export function verifySignature(
  request: SignedRequest,
  claimed: Claim,
  secretAccessKey: string,
  now: Date,
): SigningContext | SignatureFailure {
  const age = now.getTime() - parseTimestamp(claimed.timestamp).getTime();
  if (claimed.expiresSeconds !== undefined && age > claimed.expiresSeconds * 1000) {
    return { kind: 'expired', message: 'Request has expired' };
  }
  if (age < -MAX_SKEW_MS || (claimed.expiresSeconds === undefined && age > MAX_SKEW_MS)) {
    return {
      kind: 'skewed',
      message: 'The difference between the request time and the current time is too large.',
    };
  }
  const unsigned = Object.keys(request.headers).find(
    (name) => mustBeSigned(name, claimed) && !claimed.signedHeaders.includes(name),
  );
  if (unsigned) {
    return {
      kind: 'unsigned-header',
      message: `There were headers present in the request which were not signed: ${unsigned}`,
    };
  }
  const scope = [claimed.date, claimed.region, claimed.service, 'aws4_request'].join('/');
  const canonicalRequest = canonicalize(request, claimed);
  const stringToSign = ['AWS4-HMAC-SHA256', claimed.timestamp, scope, sha256(canonicalRequest)].join('\n');
  const signingKey = deriveKey(secretAccessKey, claimed);
  if (!isSignature(claimed.signature, signingKey, stringToSign)) {
    return {
      kind: 'mismatch',
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      canonicalRequest,
      stringToSign,
    };
  }
  return { signingKey, scope, timestamp: claimed.timestamp, seedSignature: claimed.signature };
}

/** Whether `signature` is that of `stringToSign`, in a time that tells nothing. */
export function isSignature(signature: string, signingKey: Buffer, stringToSign: string): boolean {
  const expected = createHmac('sha256', signingKey).update(stringToSign).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** SHA-256 as hex digits. */
export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The query's names and values, decoded, in the order in which they came. */
export function parseQuery(url: string): [string, string][] {
  const start = url.indexOf('?');
  if (start < 0) return [];
  return url
    .slice(start + 1)
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0
        ? [decodeQueryPart(part), '']
        : [decodeQueryPart(part.slice(0, equals)), decodeQueryPart(part.slice(equals + 1))];
    });
}

function decodeQueryPart(part: string): string {
  return decodeURIComponent(part.replaceAll('+', '%20'));
}

/** S3 takes no header of its own unsigned; the other services are content with less. */
function mustBeSigned(header: string, { service }: Claim): boolean {
  return header === 'host' || (service === 's3' && header.startsWith('x-amz-'));
}

function canonicalize({ method, url, headers, bodyHash }: SignedRequest, claimed: Claim): string {
  const path = url.split('?', 1)[0];
  const presigned = claimed.expiresSeconds !== undefined;
  const declaredHash = headers['x-amz-content-sha256'];
  const payloadHash = declaredHash ?? (presigned ? UNSIGNED_PAYLOAD : bodyHash());
  return [
    method,
    // S3 encodes each segment of the key once. The others encode what came, so in effect twice; their path is `/`.
    claimed.service === 's3' ? encodePath(decodeURIComponent(path)) : encodePath(path),
    parseQuery(url)
      .filter(([name]) => !(presigned && name === 'X-Amz-Signature'))
      .map(([name, value]) => [encode(name), encode(value)] as const)
      .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
      .map((pair) => pair.join('='))
      .join('&'),
    ...claimed.signedHeaders.map((name) => `${name}:${headerValue(headers[name])}`),
    '',
    claimed.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function headerValue(value: string | string[] | undefined): string {
  return [value ?? '']
    .flat()
    .map((item) => item.trim().replace(/ +/g, ' '))
    .join(',');
}

function deriveKey(secretAccessKey: string, { date, region, service }: Claim): Buffer {
  return [date, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

/** Every byte but the unreserved ones of RFC 3986; `encodeURIComponent` leaves five more. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodePath(path: string): string {
  return path.split('/').map(encode).join('/');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parseTimestamp(timestamp: string): Date {
  return new Date(timestamp.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
