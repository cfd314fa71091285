import type { IncomingHttpHeaders } from 'node:http';
import { isSignature, type SigningContext, sha256 } from '../sigv4';
import { isChecksumHeader } from './checksums';
import { S3Error } from './errors';

/** A body after its chunks were put together again. */
export interface DecodedBody {
  body: Buffer;
  /** Headers that followed the body; checksums, in practice. */
  trailers: IncomingHttpHeaders;
}

const CRLF = '\r\n';

/** Whether a body comes as `aws-chunked`, by the hash that is declared for it. */
export function isChunked(contentSha256: string | undefined): boolean {
  return contentSha256?.startsWith('STREAMING-') ?? false;
}

/**
 * Takes a body out of `aws-chunked` encoding: each chunk has its size in hex, and where chunks are signed a signature
 * that builds on the one before; headers may follow the last chunk.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeChunked(encoded: Buffer, headers: IncomingHttpHeaders, signing: SigningContext): DecodedBody {
  const kind = String(headers['x-amz-content-sha256']);
  const signed = kind.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  if (!signed && kind !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') {
    throw new S3Error('NotImplemented', `profiled-fn local does not know the payload ${kind}.`);
  }
  const verify = signed ? chunkVerifier(signing) : undefined;
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const line = readLine(encoded, position);
    const [, size, signature] = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line.text) ?? [];
    if (size === undefined) throw incomplete();
    const start = line.next;
    const length = Number.parseInt(size, 16);
    const chunk = encoded.subarray(start, start + length);
    if (chunk.length < length) throw incomplete();
    verify?.chunk(chunk, signature);
    position = start + length;
    if (length === 0) break;
    chunks.push(chunk);
    if (encoded.toString('latin1', position, position + 2) !== CRLF) throw incomplete();
    position += CRLF.length;
  }
  const body = Buffer.concat(chunks);
  if (Number(headers['x-amz-decoded-content-length']) !== body.length) throw incomplete();
  return { body, trailers: kind.endsWith('-TRAILER') ? readTrailers(encoded, position, headers, verify) : {} };
}

type Verifier = ReturnType<typeof chunkVerifier>;

function chunkVerifier({ signingKey, scope, timestamp, seedSignature }: SigningContext) {
  let previous = seedSignature;
  const check = (algorithm: string, signature: string | undefined, ...hashes: string[]): void => {
    const stringToSign = [algorithm, timestamp, scope, previous, ...hashes].join('\n');
    if (signature === undefined || !isSignature(signature, signingKey, stringToSign)) {
      throw new S3Error(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        { StringToSign: stringToSign },
      );
    }
    previous = signature;
  };
  return {
    chunk: (data: Buffer, signature: string | undefined) =>
      check('AWS4-HMAC-SHA256-PAYLOAD', signature, sha256(''), sha256(data)),
    trailer: (text: string, signature: string | undefined) =>
      check('AWS4-HMAC-SHA256-TRAILER', signature, sha256(text)),
  };
}

function readTrailers(
  encoded: Buffer,
  start: number,
  headers: IncomingHttpHeaders,
  verify: Verifier | undefined,
): IncomingHttpHeaders {
  const announced = String(headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const lines = encoded
    .toString('latin1', start)
    .split(CRLF)
    .filter((line) => line !== '');
  const trailers: IncomingHttpHeaders = {};
  let signature: string | undefined;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature') signature = value;
    else if (announced.includes(name) && isChecksumHeader(name)) trailers[name] = value;
    else throw new S3Error('InvalidRequest', `The trailer ${name || line} was not announced in x-amz-trailer.`);
  }
  const missing = announced.find((name) => trailers[name] === undefined);
  if (missing !== undefined) throw incomplete();
  const text = Object.entries(trailers).map(([name, value]) => `${name}:${value}\n`);
  verify?.trailer(text.join(''), signature);
  return trailers;
}

function readLine(data: Buffer, start: number): { text: string; next: number } {
  const end = data.indexOf(CRLF, start);
  if (end < 0) throw incomplete();
  return { text: data.toString('latin1', start, end), next: end + CRLF.length };
}

function incomplete(): S3Error {
  return new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
}
