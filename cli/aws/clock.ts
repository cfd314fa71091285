import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { watchHeaders } from './response-headers';
import type { Session } from './session';

/**
 * How far AWS's clock is ahead of this computer's, milliseconds, to the second; undefined: there was no answer. Any
 * answer has the time, a refusal too, so this needs no permission.
 */
export async function clockOffsetMs(session: Session): Promise<number | undefined> {
  const client = new CloudFormationClient({ ...session.client, maxAttempts: 1 });
  const headers = watchHeaders(client);
  const sent = Date.now();
  try {
    await client.send(new DescribeStacksCommand({ StackName: 'profiled-fn' }));
  } catch {
    // what it says does not matter here
  } finally {
    client.destroy();
  }
  return offsetOf(headers().date, sent, Date.now());
}

/**
 * The offset that an answer tells.
 *
 * @param date - the header Date, which has whole seconds
 * @param sent - milliseconds since the epoch, by this computer
 */
export function offsetOf(date: string | undefined, sent: number, received: number): number | undefined {
  const stated = Date.parse(date ?? '');
  return Number.isNaN(stated) ? undefined : stated + 500 - (sent + received) / 2;
}
