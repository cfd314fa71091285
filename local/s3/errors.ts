import type { HttpResponse } from '../http';
import { type XmlElements, xmlDocument } from '../xml';

/** An error as S3 answers it. */
export class S3Error extends Error {
  override name = 'S3Error';

  constructor(
    /** For example `NoSuchKey`. */
    readonly code: S3ErrorCode,
    message: string,
    /** More elements of the answer. */
    readonly details: XmlElements = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** Status of each error, from S3's list of error responses. */
const STATUS = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PermanentRedirect: 301,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof STATUS;

export function s3ErrorResponse(error: S3Error, resource: string, requestId: string): HttpResponse {
  return errorDocument(
    STATUS[error.code],
    { Code: error.code, Message: error.message, ...error.details, Resource: resource, RequestId: requestId },
    error.headers,
  );
}

/** An error answer of any status and code. */
export function errorDocument(
  status: number,
  content: XmlElements,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
    body: xmlDocument('Error', content),
  };
}
