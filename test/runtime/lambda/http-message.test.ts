import { describe, expect, it } from 'vitest';
import { parseResponse, requestText } from '../../../runtime/lambda/http-message';

const ofLength = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\nLambda-Extension-Identifier:  a-b \r\n\r\nü12';
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\n\r\n';
const informed = `HTTP/1.1 100 Continue\r\n\r\n${ofLength}`;

describe('a response of HTTP/1.1', () => {
  it.each([
    ['of a length', ofLength, { status: 200, body: 'ü12' }],
    ['in chunks', chunked, { status: 200, body: 'ab0123456789' }],
    ['after an interim one', informed, { status: 200, body: 'ü12' }],
    ['without a body', 'HTTP/1.1 403 Forbidden\r\ndate: x\r\n\r\n', { status: 403, body: '' }],
  ])('%s is read when the last byte of it has come, and not before', (_what, text, expected) => {
    const bytes = Buffer.from(text);
    for (let length = 0; length < bytes.length; length++) {
      expect(parseResponse(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(parseResponse(bytes)).toMatchObject(expected);
  });

  it('without a length ends with the connection', () => {
    const bytes = Buffer.from('HTTP/1.1 503 Slow Down\r\n\r\n<Error/>');
    expect(parseResponse(bytes, true)).toMatchObject({ status: 503, body: '<Error/>' });
  });

  it('that has a length and is shorter is none, even at the end of the connection', () => {
    expect(parseResponse(Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab'), true)).toBeUndefined();
  });

  it('has headers by their names in lower case', () => {
    expect(parseResponse(Buffer.from(ofLength))?.headers['lambda-extension-identifier']).toBe('a-b');
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n'],
    ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
    ['a chunk without a length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ])('is refused with %s', (_what, text) => {
    expect(() => parseResponse(Buffer.from(text))).toThrow(/HTTP\/1\.1|length/);
  });
});

it('a request says how many bytes its body has', () => {
  expect(requestText('POST', '/register', { host: 'api:80', a: 'b' }, 'ü')).toBe(
    'POST /register HTTP/1.1\r\nhost: api:80\r\na: b\r\ncontent-length: 2\r\n\r\nü',
  );
});
