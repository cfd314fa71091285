import { expect, it } from 'vitest';
import { connectionName, requestName } from '../../../runtime/waits/request-name';

const signed = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

it.each([
  ['GET api.example.com', { method: 'GET', host: 'api.example.com' }],
  ['POST 127.0.0.1', { method: 'POST', host: '127.0.0.1:8080' }],
  [
    'dynamodb GetItem',
    {
      method: 'POST',
      host: 'localhost:8000',
      authorization: signed('dynamodb'),
      target: 'DynamoDB_20120810.GetItem',
    },
  ],
  ['s3 PUT', { method: 'PUT', host: 'photos.s3.eu-west-1.amazonaws.com', authorization: signed('s3') }],
  ['s3 GET', { method: 'GET', host: 'photos.s3.eu-west-1.amazonaws.com' }],
  ['sts POST', { method: 'POST', host: 'sts.us-gov-west-1.amazonaws.com' }],
  ['s3 GET', { method: 'GET', host: 's3.amazonaws.com' }],
  ['dynamodb POST', { method: 'POST', host: 'dynamodb.cn-north-1.amazonaws.com.cn' }],
  ['GET evil-amazonaws.com', { method: 'GET', host: 'evil-amazonaws.com' }],
  ['GET api.example.com', { method: 'GET', host: 'api.example.com', authorization: 'Bearer secret' }],
])('a request is called %s by what its headers tell', (name, facts) => {
  expect(requestName(facts)).toBe(name);
});

it('a connection is called after the protocol that is usual at its port', () => {
  expect(connectionName('db.internal', 5432)).toBe('postgresql db.internal');
  expect(connectionName('cache.internal', 6379)).toBe('redis cache.internal');
  expect(connectionName('10.0.0.7', 9999)).toBe('tcp 10.0.0.7:9999');
});
