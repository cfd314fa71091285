import type { Session } from './session';

/**
 * Whose resources a session sees, as a person would say it: the account where the credentials tell it, otherwise the
 * profile or the end of the access key. Needs no permission and no further call.
 */
export async function describeIdentity(session: Session): Promise<string> {
  const { credentials } = session.client;
  const resolved = typeof credentials === 'function' ? await credentials() : credentials;
  const by = session.profile === undefined ? '' : ` (profile ${session.profile})`;
  const account = 'accountId' in resolved ? resolved.accountId : undefined;
  if (account !== undefined) return `account ${account}${by}`;
  return `the account of access key …${resolved.accessKeyId.slice(-4)}${by}`;
}
