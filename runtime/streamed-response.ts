import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

const CHANNEL = 'http.client.response.finish';

/**
 * Calls back once the runtime's POST of a streamed response has been answered in full.
 *
 * Streams are sent by node:http, unlike buffered responses, and may end long after the handler has. The subscription
 * lasts as long as the invocation, and functions that do not stream never have one.
 */
export function onceStreamAnswered(requestId: string, then: () => void): void {
  const path = `/2018-06-01/runtime/invocation/${encodeURIComponent(requestId)}/response`;
  const onFinish = (message: unknown) => {
    if ((message as { request: ClientRequest }).request.path !== path) return;
    unsubscribe(CHANNEL, onFinish);
    // The runtime's own listeners for the end of the response first.
    setImmediate(then).unref();
  };
  subscribe(CHANNEL, onFinish);
}
