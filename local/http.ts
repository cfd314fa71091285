import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** A request that was read to its end. */
export interface HttpRequest {
  method: string;
  /** As it came: percent-encoded, with the query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A body is larger than what is kept in memory. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/**
 * Reads a request to its end.
 *
 * @param maxBytes a longer body is read, so that the client gets to see the answer, but not kept
 * @throws BodyTooLarge
 */
export async function readRequest(message: IncomingMessage, maxBytes: number): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > maxBytes) throw new BodyTooLarge(`The body has ${size} bytes, more than ${maxBytes}.`);
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

export function writeResponse(response: ServerResponse, { status, headers = {}, body = '' }: HttpResponse): void {
  const bytes = Buffer.from(body);
  // An answer to HEAD gives the length of the body that it leaves out.
  response.writeHead(status, { 'content-length': bytes.length, ...headers });
  response.end(response.req.method === 'HEAD' || status === 304 ? undefined : bytes);
}
