import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Session } from './session';

/** How long CloudFormation may take to answer, milliseconds: where only S3 can be reached, it never does. */
const patienceMs = 3000;

/**
 * The account of a session, 12 digits; undefined: nothing tells it. Where the credentials do not, an answer of
 * CloudFormation does: a refusal names who has asked, and needs no permission.
 */
export async function accountOf(session: Session): Promise<string | undefined> {
  const resolved = await resolveCredentials(session);
  if ('accountId' in resolved && resolved.accountId !== undefined) return resolved.accountId;
  const client = new CloudFormationClient({ ...session.client, maxAttempts: 1 });
  try {
    const abortSignal = AbortSignal.timeout(patienceMs);
    const { Stacks } = await client.send(new DescribeStacksCommand({}), { abortSignal });
    return accountOfArn(Stacks?.[0]?.StackId ?? '');
  } catch (error) {
    return accountOfArn(error instanceof Error ? error.message : '');
  } finally {
    client.destroy();
  }
}

/** The account of the first ARN in a text. */
export function accountOfArn(text: string): string | undefined {
  return /\barn:aws[\w-]*:[a-z0-9]+:[a-z0-9-]*:(\d{12}):/.exec(text)?.[1];
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
