import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../http';
import type { Authenticated, AuthenticationFailure } from '../iam/authenticate';
import { decide } from '../iam/policy';
import { requestContext } from '../iam/request-context';
import { parseQuery } from '../sigv4';
import { authenticationError, LambdaError, statusOf } from './errors';
import type { Fleet } from './fleet';
import { type LambdaCall, operationOf } from './operations';
import { type FunctionRegistry, qualified } from './registry';

/** Functions, and what runs them. */
export interface LambdaService {
  registry: FunctionRegistry;
  fleet: Fleet;
}

/**
 * Answers a request to Lambda's API: what reads and changes the configuration of functions, and what invokes them.
 *
 * @param authentication who signed the request, or why that is not known
 */
export async function answerLambda(
  { registry, fleet }: LambdaService,
  request: HttpRequest,
  authentication: Authenticated | AuthenticationFailure,
  now: Date,
): Promise<HttpResponse> {
  const requestId = randomUUID();
  try {
    if ('kind' in authentication) throw authenticationError(authentication);
    const { principal, region } = authentication;
    const { name, rest } = parsePath(request);
    const { named, qualifier } = parseName(name, new Map(parseQuery(request.url)));
    const home = principal.everyAccount ? registry.accountOf(named.function, named.region ?? region) : undefined;
    const account = named.account ?? home ?? principal.accountId;
    const arn = `arn:aws:lambda:${named.region ?? region}:${account}:function:${named.function}`;
    const operation = operationOf(request.method, rest);
    if (!operation) {
      throw new LambdaError(
        'NotImplementedException',
        `profiled-fn local does not stand in for ${request.method} /functions/<name>/${rest} of Lambda. Set AWS_ENDPOINT_URL_LAMBDA to the URL of a service that does.`,
      );
    }
    const ask = (action: string, resource: string) =>
      decide({ action, resource, context: requestContext(principal, region, now) }, principal, []);
    const decision = ask(operation.permission, qualified(arn, qualifier));
    if (!decision.allowed) throw new LambdaError('AccessDeniedException', decision.reason);
    const call: LambdaCall = {
      arn,
      qualifier,
      headers: request.headers,
      body: request.body,
      registry,
      fleet,
      now,
      allows: (action, resource) => ask(action, resource).allowed,
    };
    const response = await operation.run(call);
    return { ...response, headers: { 'x-amzn-requestid': requestId, ...response.headers } };
  } catch (error) {
    if (!(error instanceof LambdaError)) throw error;
    return lambdaErrorResponse(error, requestId);
  }
}

function lambdaErrorResponse(error: LambdaError, requestId: string): HttpResponse {
  const status = statusOf(error);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': error.code,
      'x-amzn-requestid': requestId,
    },
    body: JSON.stringify({ Type: status < 500 ? 'User' : 'Service', message: error.message, ...error.details }),
  };
}

/** `/2015-03-31/functions/<name>/<rest>`. */
function parsePath({ url, method }: HttpRequest): { name: string; rest: string } {
  const path = url.split('?', 1)[0];
  const match = /^\/2015-03-31\/functions\/([^/]+)\/?(.*)$/.exec(path);
  if (match) return { name: decodeURIComponent(match[1]), rest: match[2] };
  throw new LambdaError(
    'NotImplementedException',
    `profiled-fn local does not stand in for ${method} ${path} of Lambda.`,
  );
}

/** A function is named by its name, its ARN or the end of one, each with a qualifier or without. */
function parseName(
  name: string,
  query: ReadonlyMap<string, string>,
): { named: { region?: string; account?: string; function: string }; qualifier?: string } {
  const match = /^(?:(?:arn:aws:lambda:([^:]+):)?(?:(\d{12}):)?function:)?([A-Za-z0-9_-]+)(?::([$\w-]+))?$/.exec(name);
  if (!match) {
    throw new LambdaError('InvalidParameterValueException', `${name} is not the name or the ARN of a function.`);
  }
  const [, region, account, fn = '', suffix] = match;
  return { named: { region, account, function: fn }, qualifier: query.get('Qualifier') ?? suffix };
}
