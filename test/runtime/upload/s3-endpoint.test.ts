import { expect, it } from 'vitest';
import { encodeKey } from '../../../lib/contract/object-path';
import { s3Endpoint } from '../../../runtime/upload/s3-endpoint';

const url = (bucket: string, region: string, env: Record<string, string> = {}) => {
  const { protocol, hostname, port, basePath } = s3Endpoint(bucket, region, env);
  return `${protocol}//${hostname}${port && `:${port}`}${basePath}`;
};

it.each([
  ['a region', url('b', 'eu-west-1'), 'https://b.s3.eu-west-1.amazonaws.com/'],
  ['a bucket with dots', url('a.b', 'eu-west-1'), 'https://s3.eu-west-1.amazonaws.com/a.b/'],
  ['China', url('b', 'cn-north-1'), 'https://b.s3.cn-north-1.amazonaws.com.cn/'],
  ['GovCloud', url('b', 'us-gov-west-1'), 'https://b.s3.us-gov-west-1.amazonaws.com/'],
  ['the European Sovereign Cloud', url('b', 'eusc-de-east-1'), 'https://b.s3.eusc-de-east-1.amazonaws.eu/'],
  [
    'dual-stack',
    url('b', 'us-east-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }),
    'https://b.s3.dualstack.us-east-1.amazonaws.com/',
  ],
  ['FIPS', url('b', 'us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true' }), 'https://b.s3-fips.us-east-1.amazonaws.com/'],
  [
    'FIPS and dual-stack',
    url('b', 'us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' }),
    'https://b.s3-fips.dualstack.us-east-1.amazonaws.com/',
  ],
  [
    'a server of its own',
    url('b', 'x', { PROFILED_FN_ENDPOINT_URL: 'http://127.0.0.1:9000' }),
    'http://127.0.0.1:9000/b/',
  ],
  [
    'a server of its own, with a path',
    url('b', 'x', { PROFILED_FN_ENDPOINT_URL: 'https://s3.example/base/' }),
    'https://s3.example/base/b/',
  ],
  [
    'a function whose own data is on another server',
    url('b', 'us-east-1', { AWS_ENDPOINT_URL: 'http://minio', AWS_ENDPOINT_URL_S3: 'https://r2.example' }),
    'https://b.s3.us-east-1.amazonaws.com/',
  ],
])('finds the endpoint of %s', (_what, found, expected) => {
  expect(found).toBe(expected);
});

it('encodes keys as S3 signs them', () => {
  expect(encodeKey("p/a b/Ä!'()*~-_.%/c")).toBe('p/a%20b/%C3%84%21%27%28%29%2A~-_.%25/c');
});
