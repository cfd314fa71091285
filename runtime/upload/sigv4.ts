import { require } from '../require';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Absent for long-lived keys; Lambda always has one. */
  sessionToken?: string;
}

export interface RequestToSign {
  method: string;
  /** Path on the wire, percent-encoded already. */
  path: string;
  /** All are signed; `host` must be among them. Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * The headers of `request` with those of AWS Signature Version 4 added, for S3 (whose path is signed as it is sent).
 *
 * @param now milliseconds since the epoch, by the clock of S3
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signV4(
  { method, path, headers, body }: RequestToSign,
  credentials: Credentials,
  region: string,
  now: number,
): Record<string, string> {
  const timestamp = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = timestamp.slice(0, 8);
  const signed: Record<string, string> = {
    ...headers,
    'x-amz-date': timestamp,
    'x-amz-content-sha256': sha256(body),
  };
  if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken;

  const names = Object.keys(signed).sort();
  const signedHeaders = names.join(';');
  const canonicalRequest = [
    method,
    path,
    '',
    ...names.map((name) => `${name}:${signed[name].trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    signed['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const stringToSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonicalRequest)].join('\n');
  const key = [date, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, stringToSign).toString('hex');
  signed.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;
  return signed;
}

/** Loaded with the first upload. */
const crypto = () => require('node:crypto') as typeof import('node:crypto');

function sha256(data: string | Uint8Array): string {
  return crypto().createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return crypto().createHmac('sha256', key).update(data).digest();
}
