import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Node.js publishes to one of them when a request has ended. */
const CHANNELS = ['http.client.response.finish', 'http.client.request.error'];

/**
 * Calls back once the runtime's POST of a streamed response has been answered in full, or has failed.
 *
 * Streams are sent by node:http, unlike buffered responses, and may end long after the handler has. The subscription
 * lasts as long as the invocation, and functions that do not stream never have one.
 */
export function onceStreamAnswered(requestId: string, then: () => void): void {
  const path = `/2018-06-01/runtime/invocation/${encodeURIComponent(requestId)}/response`;
  const onEnd = (message: unknown) => {
    if ((message as { request: ClientRequest }).request.path !== path) return;
    for (const channel of CHANNELS) unsubscribe(channel, onEnd);
    // The runtime's own listeners for the end of the response first.
    setImmediate(then);
  };
  for (const channel of CHANNELS) subscribe(channel, onEnd);
}
