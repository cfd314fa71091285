import type { DeserializeMiddleware } from '@smithy/types';

/** A client of the SDK, as far as it matters here. */
interface Client {
  middlewareStack: {
    add(middleware: DeserializeMiddleware<object, object>, options: { step: 'deserialize'; priority: 'low' }): void;
  };
}

/**
 * Looks at the headers of all answers that a client gets, those of refusals too, which the SDK makes errors of.
 *
 * @returns those of the last answer, with names in lower case; empty: there was none
 */
export function watchHeaders(client: Client): () => Record<string, string> {
  let headers: Record<string, string> = {};
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const raw = (result.response as { headers?: Record<string, string> }).headers ?? {};
      headers = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name.toLowerCase(), value]));
      return result;
    },
    // Right next to the connection, before anything is made of the answer.
    { step: 'deserialize', priority: 'low' },
  );
  return () => headers;
}
