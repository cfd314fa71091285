import type { IncomingHttpHeaders } from 'node:http';
import type { RequestContext } from './conditions';
import type { Principal } from './policy';

/**
 * The condition keys of a request, in lower case.
 *
 * @param region that the request was sent to
 */
export function requestContext(
  { arn, sessionArn, accountId }: Principal,
  region: string,
  now: Date,
  more: [string, string][] = [],
): RequestContext {
  return new Map([
    // Nothing leaves this machine: loopback counts as what TLS is there for, so that policies which demand TLS let
    // requests through as they would on AWS.
    ['aws:securetransport', 'true'],
    ['aws:sourceip', '127.0.0.1'],
    ['aws:currenttime', now.toISOString()],
    ['aws:requestedregion', region],
    ['aws:principalarn', arn],
    ['aws:principalaccount', accountId],
    ['aws:principaltype', sessionArn ? 'AssumedRole' : 'User'],
    ['aws:principalisawsservice', 'false'],
    ...more,
  ]);
}

/** The condition keys of a request to S3: its headers, and what a listing asks for. */
export function s3ContextKeys(
  headers: IncomingHttpHeaders,
  query: ReadonlyMap<string, string>,
  resourceAccountId: string | undefined,
): [string, string][] {
  const keys: [string, string][] = [['s3:tlsversion', '1.3']];
  if (resourceAccountId)
    keys.push(['s3:resourceaccount', resourceAccountId], ['aws:resourceaccount', resourceAccountId]);
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-') && typeof value === 'string') keys.push([`s3:${name}`, value]);
  }
  for (const name of ['prefix', 'delimiter', 'max-keys']) {
    const value = query.get(name);
    if (value !== undefined) keys.push([`s3:${name}`, value]);
  }
  return keys;
}
