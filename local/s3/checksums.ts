import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32, crc32c, crc64nvme } from './crc';
import { S3Error } from './errors';

/** A checksum that came with an object and was found right. */
export interface Checksum {
  /** For example `x-amz-checksum-crc32`. */
  header: string;
  /** Base64. */
  value: string;
}

const algorithms: Record<string, (data: Buffer) => Buffer> = {
  'x-amz-checksum-crc32': crc32,
  'x-amz-checksum-crc32c': crc32c,
  'x-amz-checksum-crc64nvme': crc64nvme,
  'x-amz-checksum-sha1': (data) => createHash('sha1').update(data).digest(),
  'x-amz-checksum-sha256': (data) => createHash('sha256').update(data).digest(),
};

/**
 * Verifies what a request says about its body, in headers or in the trailer of a chunked body.
 *
 * @param body decoded
 * @returns the checksum to keep with the object, if there was one
 */
export function verifyChecksums(headers: IncomingHttpHeaders, body: Buffer): Checksum | undefined {
  const md5 = headers['content-md5'];
  if (typeof md5 === 'string') {
    if (Buffer.from(md5, 'base64').length !== 16) {
      throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
    }
    if (md5 !== createHash('md5').update(body).digest('base64')) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
  }
  const given = Object.keys(headers).filter(isChecksumHeader);
  if (given.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [header] = given;
  if (!header) return undefined;
  const algorithm = algorithms[header];
  if (!algorithm) {
    throw new S3Error(
      'NotImplemented',
      `profiled-fn local does not know ${header}. Use CRC32, CRC32C, CRC64NVME, SHA1 or SHA256.`,
    );
  }
  const value = String(headers[header]);
  if (value !== algorithm(body).toString('base64')) {
    const name = header.slice('x-amz-checksum-'.length).toUpperCase();
    throw new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return { header, value };
}

/** Not those that name the algorithm or the type of a checksum that follows elsewhere. */
export function isChecksumHeader(name: string): boolean {
  return name.startsWith('x-amz-checksum-') && !/-(algorithm|mode|type)$/.test(name);
}
