import type { AuthenticationFailure } from '../iam/authenticate';

/** An error as Lambda's API answers it. */
export class LambdaError extends Error {
  override name = 'LambdaError';

  constructor(
    /** For example `ResourceNotFoundException`. */
    readonly code: LambdaErrorCode,
    message: string,
    /** More members of the answer. */
    readonly details: Record<string, string> = {},
  ) {
    super(message);
  }
}

/** Status of each error, from the API's reference. */
const STATUS = {
  AccessDeniedException: 403,
  IncompleteSignatureException: 403,
  InvalidParameterValueException: 400,
  InvalidRequestContentException: 400,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  NotImplementedException: 501,
  PreconditionFailedException: 412,
  RequestTooLargeException: 413,
  ResourceConflictException: 409,
  ResourceNotFoundException: 404,
  ServiceException: 500,
  TooManyRequestsException: 429,
  UnrecognizedClientException: 403,
} as const;

export type LambdaErrorCode = keyof typeof STATUS;

export function statusOf({ code }: LambdaError): number {
  return STATUS[code];
}

/** Why it is not known who asks, in the words of services that speak JSON. */
export function authenticationError({ kind, message }: AuthenticationFailure): LambdaError {
  switch (kind) {
    case 'anonymous':
      return new LambdaError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    case 'unknown-key':
    case 'bad-token':
      return new LambdaError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    case 'malformed':
      return new LambdaError('IncompleteSignatureException', message);
    case 'skewed':
      return new LambdaError('InvalidSignatureException', `Signature expired or not yet current: ${message}`);
    default:
      return new LambdaError(
        'InvalidSignatureException',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
      );
  }
}
