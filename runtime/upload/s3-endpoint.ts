import { Variable } from '../../lib/contract/environment';

/** Where a bucket is to be reached. */
export interface Endpoint {
  protocol: 'http:' | 'https:';
  hostname: string;
  port: string;
  /** What is before a key in the path, `/` at the end. */
  basePath: string;
}

/** Suffix of AWS's host names by the beginning of the region, where it is not `amazonaws.com`. */
const DNS_SUFFIXES: [regionPrefix: string, suffix: string][] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eusc-', 'amazonaws.eu'],
];

/**
 * The endpoint of `bucket`: AWS's, or the server that `PROFILED_FN_ENDPOINT_URL` names. `AWS_ENDPOINT_URL` and
 * `AWS_ENDPOINT_URL_S3` are the function's own, for a server of its data (MinIO, R2) that has no such bucket.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html (dual-stack and FIPS)
 */
export function s3Endpoint(bucket: string, region: string, env: Record<string, string | undefined>): Endpoint {
  const custom = env[Variable.ENDPOINT_URL];
  if (custom) {
    const url = new URL(custom);
    return {
      protocol: url.protocol === 'http:' ? 'http:' : 'https:',
      hostname: url.hostname,
      port: url.port,
      basePath: `${url.pathname.replace(/\/$/, '')}/${bucket}/`,
    };
  }
  const service = env.AWS_USE_FIPS_ENDPOINT === 'true' ? 's3-fips' : 's3';
  const dualStack = env.AWS_USE_DUALSTACK_ENDPOINT === 'true' ? '.dualstack' : '';
  const suffix = DNS_SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com';
  const host = `${service}${dualStack}.${region}.${suffix}`;
  // The wildcard certificate covers one label: a bucket with dots can be named in the path only.
  return bucket.includes('.')
    ? { protocol: 'https:', hostname: host, port: '', basePath: `/${bucket}/` }
    : { protocol: 'https:', hostname: `${bucket}.${host}`, port: '', basePath: '/' };
}
