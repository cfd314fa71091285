import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponse } from './http';
import type { Authenticated, AuthenticationFailure } from './iam/authenticate';
import { decide, type Principal } from './iam/policy';
import { requestContext } from './iam/request-context';
import { type XmlElements, xmlDocument } from './xml';

/** A service that speaks the AWS Query protocol: parameters in a form, answers in XML. */
export interface QueryService {
  /** XML namespace of the answers. */
  namespace: string;
  actions: Record<string, QueryAction>;
}

export interface QueryAction {
  /** What must be allowed; absent where everyone may. */
  permission?: (parameters: Parameters, caller: Caller) => { action: string; resource: string };
  run: (parameters: Parameters, caller: Caller) => XmlElements;
}

export type Parameters = ReadonlyMap<string, string>;

export interface Caller {
  principal: Principal;
  /** That the request was signed for. */
  region: string;
}

/** An error as services of the Query protocol answer it. */
export class QueryError extends Error {
  override name = 'QueryError';

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function answerQuery(
  service: QueryService,
  request: HttpRequest,
  authentication: Authenticated | AuthenticationFailure,
  now: Date,
): HttpResponse {
  const requestId = randomUUID();
  try {
    if ('kind' in authentication) throw authenticationError(authentication);
    const parameters = new Map(new URLSearchParams(request.body.toString()));
    const name = parameters.get('Action') ?? '';
    const action = Object.hasOwn(service.actions, name) ? service.actions[name] : undefined;
    if (!action) {
      const known = Object.keys(service.actions).join(', ');
      throw new QueryError(
        'InvalidAction',
        `profiled-fn local does not stand in for the action ${name}; of this service it knows ${known}.`,
      );
    }
    const { principal, region } = authentication;
    const permission = action.permission?.(parameters, authentication);
    if (permission) {
      const decision = decide({ ...permission, context: requestContext(principal, region, now) }, principal, []);
      if (!decision.allowed) throw new QueryError('AccessDenied', decision.reason, 403);
    }
    const content = {
      [`${name}Result`]: action.run(parameters, authentication),
      ResponseMetadata: { RequestId: requestId },
    };
    return xml(200, xmlDocument(`${name}Response`, content, service.namespace), requestId);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return queryErrorResponse(error, requestId, service.namespace);
  }
}

export function queryErrorResponse(
  { code, message, status }: QueryError,
  requestId: string,
  namespace?: string,
): HttpResponse {
  const content = {
    Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
    RequestId: requestId,
  };
  return xml(status, xmlDocument('ErrorResponse', content, namespace), requestId);
}

/**
 * The items of one page.
 *
 * @param token `NextToken` of the page before
 * @throws QueryError ValidationError for a token that was never given
 */
export function pageOf<T>(items: T[], token: string | undefined, size: number): { items: T[]; nextToken?: string } {
  const text = token === undefined ? '0' : Buffer.from(token, 'base64url').toString();
  const start = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (token !== undefined && !(start < items.length)) throw new QueryError('ValidationError', 'NextToken is invalid');
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(String(end)).toString('base64url') }),
  };
}

function authenticationError({ kind, message }: AuthenticationFailure): QueryError {
  switch (kind) {
    case 'anonymous':
      return new QueryError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    case 'unknown-key':
    case 'bad-token':
      return new QueryError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
    case 'malformed':
      return new QueryError('IncompleteSignature', message, 400);
    case 'skewed':
      return new QueryError('RequestExpired', message, 400);
    default:
      return new QueryError('SignatureDoesNotMatch', message, 403);
  }
}

function xml(status: number, body: string, requestId: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
