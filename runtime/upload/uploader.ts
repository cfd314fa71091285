import { METADATA_HEADER } from '../../lib/contract/metadata';
import { encodeKey } from '../../lib/contract/object-path';
import { nowEpochMs } from '../clock';
import type { HttpResponse } from '../lambda/http-message';
import { s3Endpoint } from './s3-endpoint';
import { sendRequest } from './send-request';
import { type Credentials, signV4 } from './sigv4';

/** An object to put. */
export interface Upload {
  key: string;
  body: Uint8Array;
  /** What the object says of itself. */
  metadata: Record<string, string>;
}

/** S3 refused an upload. */
export class UploadError extends Error {
  /** HTTP status, and S3's error code: 403 and `AccessDenied`. */
  constructor(
    readonly status: number,
    readonly code: string,
    /** The `x-amz-bucket-region` header. */
    readonly bucketRegion: string | undefined,
    /** The clock of S3 minus ours, milliseconds. */
    readonly clockOffsetMs: number,
  ) {
    super(`S3 answered ${status} ${code}`);
  }
}

/**
 * Puts objects into one bucket. Of all that S3 can do a function needs this one request, and the AWS SDK costs
 * 100 ms and 20 MB to load for it.
 */
export class Uploader {
  readonly #bucket: string;
  readonly #env: Record<string, string | undefined>;
  #region: string;
  #clockOffsetMs = 0;

  /** @param env holds region, endpoints and credentials, as Lambda sets them */
  constructor(bucket: string, env: Record<string, string | undefined>) {
    this.#bucket = bucket;
    this.#env = env;
    this.#region = env.AWS_REGION ?? 'us-east-1';
  }

  /**
   * Puts one object. A wrong region or a wrong clock is put right by what S3 says, and tried once more.
   *
   * @throws UploadError when S3 refuses, or the error of the connection, or the reason of `signal`
   */
  async put(upload: Upload, signal: AbortSignal): Promise<void> {
    const regionAsked = this.#region;
    try {
      await this.#put(upload, signal);
    } catch (error) {
      if (!(error instanceof UploadError) || !this.#learnFrom(error, regionAsked)) throw error;
      await this.#put(upload, signal);
    }
  }

  /** Whether another try may do better. (Of several uploads at a time, each is told the same.) */
  #learnFrom({ code, bucketRegion, clockOffsetMs }: UploadError, regionAsked: string): boolean {
    if (code === 'RequestTimeTooSkewed') {
      this.#clockOffsetMs = clockOffsetMs;
      return true;
    }
    if (!bucketRegion || bucketRegion === regionAsked) return false;
    this.#region = bucketRegion;
    return true;
  }

  async #put({ key, body, metadata }: Upload, signal: AbortSignal): Promise<void> {
    const endpoint = s3Endpoint(this.#bucket, this.#region, this.#env);
    const path = endpoint.basePath + encodeKey(key);
    const headers: Record<string, string> = {
      host: endpoint.port ? `${endpoint.hostname}:${endpoint.port}` : endpoint.hostname,
      'content-length': String(body.byteLength),
      'content-type': 'application/octet-stream',
      'cache-control': 'no-cache',
    };
    for (const [name, value] of Object.entries(metadata)) if (value) headers[`${METADATA_HEADER}${name}`] = value;
    const toSign = { method: 'PUT', path, headers, body };
    const signed = signV4(toSign, this.#credentials(), this.#region, nowEpochMs() + this.#clockOffsetMs);

    const response = await sendRequest(endpoint, { ...toSign, headers: signed }, signal);
    if (response.status !== 200) throw uploadError(response);
  }

  #credentials(): Credentials {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = this.#env;
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new Error('the environment holds no AWS credentials');
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
  }
}

function uploadError({ status, headers, body }: HttpResponse): UploadError {
  const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '';
  const serverTime = Date.parse(headers.date ?? '');
  const offset = Number.isNaN(serverTime) ? 0 : serverTime - nowEpochMs();
  return new UploadError(status, code, headers['x-amz-bucket-region'], offset);
}
