import type { Session } from './session';

/** The account of a session, 12 digits, where the credentials tell it; undefined: they do not. */
export async function accountOf(session: Session): Promise<string | undefined> {
  const resolved = await resolveCredentials(session);
  return 'accountId' in resolved ? resolved.accountId : undefined;
}

/**
 * Whose resources a session sees, as a person would say it: the account where the credentials tell it, otherwise the
 * profile or the end of the access key. Needs no permission and no further call.
 */
export async function describeIdentity(session: Session): Promise<string> {
  const resolved = await resolveCredentials(session);
  const by = session.profile === undefined ? '' : ` (profile ${session.profile})`;
  const account = 'accountId' in resolved ? resolved.accountId : undefined;
  if (account !== undefined) return `account ${account}${by}`;
  return `the account of access key …${resolved.accessKeyId.slice(-4)}${by}`;
}

async function resolveCredentials({ client: { credentials } }: Session) {
  return typeof credentials === 'function' ? credentials() : credentials;
}
