import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Session } from './session';

/**
 * How far AWS's clock is ahead of this computer's, milliseconds, to the second; undefined: there was no answer. Any
 * answer has the time, a refusal too, so this needs no permission.
 */
export async function clockOffsetMs(session: Session): Promise<number | undefined> {
  const client = new CloudFormationClient({ ...session.client, maxAttempts: 1 });
  let offset: number | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const sent = Date.now();
      const result = await next(args);
      offset = offsetOf(dateHeader(result.response), sent, Date.now());
      return result;
    },
    // Right beside the connection: what comes after it makes an exception of a refusal.
    { step: 'deserialize', priority: 'low' },
  );
  try {
    await client.send(new DescribeStacksCommand({ StackName: 'profiled-fn' }));
  } catch {
    // what it says does not matter here
  } finally {
    client.destroy();
  }
  return offset;
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

function dateHeader(response: unknown): string | undefined {
  const headers = (response as { headers?: Record<string, string> }).headers ?? {};
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1];
}
