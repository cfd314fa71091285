/** A response of HTTP/1.1. */
export interface HttpResponse {
  status: number;
  /** Names in lower case; of several headers of one name the last. */
  headers: Record<string, string>;
  body: string;
}

type RequestHeaders = Readonly<Record<string, string>>;

/** A request of HTTP/1.1 as it goes over the wire, for a connection that is kept. */
export function requestText(method: string, path: string, headers: RequestHeaders, body: string): string {
  return requestHead(method, path, { ...headers, 'content-length': String(Buffer.byteLength(body)) }) + body;
}

/** What is before a request's body. */
export function requestHead(method: string, path: string, headers: RequestHeaders): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/**
 * The response at the beginning of `received`; nothing while a part of it is missing.
 *
 * @param isAll whether nothing more comes: that is the end of a body without a length
 * @throws Error when it is none of HTTP/1.1
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export function parseResponse(received: Buffer, isAll = false): HttpResponse | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine, ...lines] = received.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (!status) throw new Error(`"${statusLine.slice(0, 64)}" is no status line of HTTP/1.1`);
  const rest = received.subarray(headEnd + 4);
  // What is said before the response itself: 100 Continue and its kin.
  if (status < 200) return parseResponse(rest, isAll);
  const headers = parseHeaders(lines);
  const body = /\bchunked\b/i.test(headers['transfer-encoding'] ?? '')
    ? unchunked(rest)
    : ofLength(rest, Number(headers['content-length'] ?? (isAll ? rest.length : 0)));
  return body && { status, headers, body: body.toString('utf8') };
}

/**
 * Whether `received` is a whole response with status 200, without reading more of it than that takes. A response that it
 * does not understand is none: `parseResponse` tells.
 */
export function isWholeOk(received: Buffer): boolean {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  if (!beginsWithOk(received)) return false;
  const [, length] = CONTENT_LENGTH.exec(received.toString('latin1', 0, headEnd)) ?? [];
  return length !== undefined && received.length >= headEnd + 4 + Number(length);
}

/** Whether a whole response has status 200. */
export function isOk(response: Buffer): boolean {
  return beginsWithOk(response) || parseResponse(response)?.status === 200;
}

function beginsWithOk(response: Buffer): boolean {
  return response.toString('latin1', 'HTTP/1.1'.length, 'HTTP/1.1 200'.length) === ' 200';
}

const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

function parseHeaders(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function ofLength(rest: Buffer, length: number): Buffer | undefined {
  if (!(length >= 0)) throw new Error('the response has no valid length');
  return rest.length < length ? undefined : rest.subarray(0, length);
}

/** Joins the chunks; nothing while the last one, of length 0, is missing. Trailers are not read. */
function unchunked(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const length = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    if (!(length >= 0)) throw new Error('the response has a chunk without a valid length');
    const start = lineEnd + 2;
    if (rest.length < start + length + 2) return undefined;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(start, start + length));
    at = start + length + 2;
  }
}
