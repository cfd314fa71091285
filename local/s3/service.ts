import { randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../http';
import type { Authenticated, AuthenticationFailure } from '../iam/authenticate';
import { decide } from '../iam/policy';
import { requestContext, s3ContextKeys } from '../iam/request-context';
import { parseQuery, sha256, UNSIGNED_PAYLOAD } from '../sigv4';
import { decodeChunked, isChunked } from './aws-chunked';
import type { Bucket } from './bucket';
import { bucketOf, demand, resourceArn, type S3Call } from './call';
import { verifyChecksums } from './checksums';
import { S3Error, type S3ErrorCode, s3ErrorResponse } from './errors';
import { route } from './routes';

/**
 * Answers a request to S3, path-style, in the order in which S3 looks: signature, bucket, body, permission.
 *
 * @param authentication who signed the request, or why that is not known
 */
export function answerS3(
  request: HttpRequest,
  authentication: Authenticated | AuthenticationFailure,
  buckets: ReadonlyMap<string, Bucket>,
  now: Date,
): HttpResponse {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  const response = attempt(request, authentication, buckets, now, requestId);
  return { ...response, headers: { 'x-amz-request-id': requestId, ...response.headers } };
}

function attempt(
  request: HttpRequest,
  authentication: Authenticated | AuthenticationFailure,
  buckets: ReadonlyMap<string, Bucket>,
  now: Date,
  requestId: string,
): HttpResponse {
  const path = request.url.split('?', 1)[0];
  try {
    const { bucketName, key } = parsePath(path);
    const query = new Map(parseQuery(request.url));
    if ('kind' in authentication) throw authenticationError(authentication);
    const operation = route({ method: request.method, headers: request.headers, bucketName, key, query });
    const bucket = bucketName ? bucketOf({ buckets, bucketName }) : undefined;
    if (bucket && operation.name !== 'GetBucketLocation') checkRegion(bucket, authentication.region);
    const { body, trailers } = readBody(request, authentication);
    const { principal, region } = authentication;
    const context = requestContext(principal, region, now, s3ContextKeys(request.headers, query, bucket?.accountId));
    const call: S3Call = {
      method: request.method,
      bucketName,
      key,
      query,
      headers: request.headers,
      body,
      checksum: verifyChecksums({ ...request.headers, ...trailers }, body),
      buckets,
      decide(action, resource) {
        const owner = buckets.get(resource.replace(/^arn:aws:s3:::([^/]*).*$/s, '$1'));
        return decide(
          { action, resource, resourceAccountId: owner?.accountId, context },
          principal,
          owner?.policies ?? [],
        );
      },
    };
    if (operation.permission) demand(call.decide(operation.permission, resourceArn(call)));
    return operation.run(call);
  } catch (error) {
    return s3ErrorResponse(asS3Error(error), path, requestId);
  }
}

/** `/bucket/key/with/slashes`. */
export function parsePath(path: string): { bucketName: string; key: string } {
  const decoded = decodeURIComponent(path).slice(1);
  const slash = decoded.indexOf('/');
  return slash < 0
    ? { bucketName: decoded, key: '' }
    : { bucketName: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
}

function checkRegion(bucket: Bucket, region: string): void {
  if (bucket.region === region) return;
  throw new S3Error(
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { Endpoint: `s3.${bucket.region}.amazonaws.com`, Bucket: bucket.name },
    { 'x-amz-bucket-region': bucket.region },
  );
}

function readBody({ method, headers, body }: HttpRequest, { signing }: Authenticated) {
  const declared = headers['x-amz-content-sha256'];
  const contentSha256 = typeof declared === 'string' ? declared : undefined;
  if (isChunked(contentSha256)) return decodeChunked(body, headers, signing);
  if (method === 'PUT' && headers['content-length'] === undefined) {
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  if (contentSha256 !== undefined && contentSha256 !== UNSIGNED_PAYLOAD && contentSha256 !== sha256(body)) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { ClientComputedContentSHA256: contentSha256, S3ComputedContentSHA256: sha256(body) },
    );
  }
  return { body, trailers: {} };
}

const AUTHENTICATION_CODES: Record<AuthenticationFailure['kind'], S3ErrorCode> = {
  anonymous: 'AccessDenied',
  malformed: 'AuthorizationHeaderMalformed',
  'unknown-key': 'InvalidAccessKeyId',
  'bad-token': 'InvalidToken',
  mismatch: 'SignatureDoesNotMatch',
  skewed: 'RequestTimeTooSkewed',
  expired: 'AccessDenied',
  'unsigned-header': 'AccessDenied',
};

function authenticationError({ kind, message, signature }: AuthenticationFailure): S3Error {
  return new S3Error(AUTHENTICATION_CODES[kind], kind === 'anonymous' ? 'Access Denied' : message, {
    StringToSign: signature?.stringToSign,
    CanonicalRequest: signature?.canonicalRequest,
  });
}

function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;
  // Of the source of a copy; the path and the query were looked at before.
  if (error instanceof URIError) return new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  throw error;
}
