import type { HttpRequest } from '../http';
import { type Claim, type SignatureFailure, type SigningContext, sha256, verifySignature } from '../sigv4';
import type { CredentialStore } from './identities';
import type { Principal } from './policy';

/** A request whose signature is good. */
export interface Authenticated {
  principal: Principal;
  region: string;
  signing: SigningContext;
}

/** Why it is not known who asks. Each protocol has its own words for it. */
export interface AuthenticationFailure {
  kind: 'anonymous' | 'malformed' | 'unknown-key' | 'bad-token' | SignatureFailure['kind'];
  message: string;
  signature?: SignatureFailure;
}

/**
 * Finds out who a request is from.
 *
 * @param claim what the request says about that
 */
export function authenticate(
  request: HttpRequest,
  claim: Claim | 'malformed' | undefined,
  credentials: CredentialStore,
  now: Date,
): Authenticated | AuthenticationFailure {
  if (!claim) return { kind: 'anonymous', message: 'The request is not signed.' };
  if (claim === 'malformed') return { kind: 'malformed', message: 'The authorization header is malformed.' };
  const issued = credentials.find(claim.accessKeyId);
  // A session's access key without its token is like no key at all.
  if (!issued || (issued.credentials.sessionToken && claim.sessionToken === undefined)) {
    return { kind: 'unknown-key', message: 'The AWS Access Key Id you provided does not exist in our records.' };
  }
  if (claim.sessionToken !== issued.credentials.sessionToken) {
    return { kind: 'bad-token', message: 'The provided token is malformed or otherwise invalid.' };
  }
  const { method, url, headers, body } = request;
  const verified = verifySignature(
    { method, url, headers, bodyHash: () => sha256(body) },
    claim,
    issued.credentials.secretAccessKey,
    now,
  );
  if ('kind' in verified) return { kind: verified.kind, message: verified.message, signature: verified };
  return { principal: issued.principal, region: claim.region, signing: verified };
}
