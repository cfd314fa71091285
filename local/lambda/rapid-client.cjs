'use strict';
/**
 * Stands in for `rapid-client.node`, the native part of AWS's runtime client, so that no compiler is needed.
 *
 * The native part matters for what it does to the event loop, and this one does the same:
 *
 * - `next` blocks a thread of libuv's pool, not the event loop, and keeps the process alive while it waits.
 * - `done` and `error` block the event loop until the Runtime API has taken the response.
 * - None of it passes through `node:http` or `node:net`: diagnostics channels see nothing; nor does who observes files.
 *
 * All of this follows from speaking HTTP over an inherited blocking socket with what `fs` is made of.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/rapid-client.cc
 */
const fs = require('node:fs');
// As it is before anything else is loaded.
const { FSReqCallback, read } = process.binding('fs');
// The native part's promises are V8's own, whatever the user's code puts in their place.
const { Promise: NativePromise } = globalThis;

/** Where the parent process passed the connection to its Runtime API. */
const SOCKET_FD = 3;
const HEADERS_END = '\r\n\r\n';

/** Headers of an invocation that the native client hands on; the optional ones only where they are not empty. */
const REQUIRED_HEADERS = [
  'lambda-runtime-aws-request-id',
  'lambda-runtime-trace-id',
  'lambda-runtime-invoked-function-arn',
];
const OPTIONAL_HEADERS = [
  'lambda-runtime-client-context',
  'lambda-runtime-cognito-identity',
  'lambda-runtime-aws-tenant-id',
];

function send(method, path, headers, body) {
  const lines = Object.entries({ Host: 'localhost', 'Content-Length': body.length, ...headers });
  const head = `${method} /2018-06-01/runtime${path} HTTP/1.1\r\n${lines.map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`;
  const message = Buffer.concat([Buffer.from(head), body]);
  for (let sent = 0; sent < message.length; ) sent += fs.writeSync(SOCKET_FD, message, sent);
}

/** The response at the start of `received`, or undefined while part of it is missing. */
function parseResponse(received) {
  const headEnd = received.indexOf(HEADERS_END);
  if (headEnd < 0) return undefined;
  const [statusLine, ...lines] = received.toString('latin1', 0, headEnd).split('\r\n');
  const headers = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const start = headEnd + HEADERS_END.length;
  const end = start + Number(headers['content-length']);
  if (received.length < end) return undefined;
  return { status: Number(statusLine.split(' ')[1]), headers, body: received.toString('utf8', start, end) };
}

function closedError() {
  return new Error('Failed to get next invocation, error: the Runtime API closed the connection');
}

/** A buffer that grows: `room` is where the next bytes go, `add` returns the response once it is whole. */
function responseBuffer() {
  let buffer = Buffer.allocUnsafe(65536);
  let length = 0;
  return {
    room() {
      if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(length)]);
      return buffer.subarray(length);
    },
    add(count) {
      length += count;
      return parseResponse(buffer.subarray(0, length));
    },
  };
}

function receive(callback) {
  const received = responseBuffer();
  const oncomplete = (error, count) => {
    if (error || count === 0) return callback(error ?? closedError());
    const response = received.add(count);
    return response ? callback(undefined, response) : readMore();
  };
  const readMore = () => {
    const request = new FSReqCallback();
    Object.defineProperty(request, 'oncomplete', { value: oncomplete });
    const room = received.room();
    read(SOCKET_FD, room, 0, room.length, -1, request);
  };
  readMore();
}

function receiveSync() {
  const received = responseBuffer();
  for (;;) {
    const count = fs.readSync(SOCKET_FD, received.room());
    if (count === 0) throw closedError();
    const response = received.add(count);
    if (response) return response;
  }
}

exports.next = () =>
  new NativePromise((resolve, reject) => {
    send('GET', '/invocation/next', {}, Buffer.alloc(0));
    receive((error, response) => {
      if (error) return reject(error);
      if (response.status !== 200) {
        return reject(new Error(`Failed to get next invocation, error ${response.status}: ${response.body}`));
      }
      const headers = { 'lambda-runtime-deadline-ms': Number(response.headers['lambda-runtime-deadline-ms']) };
      for (const name of REQUIRED_HEADERS) headers[name] = response.headers[name] ?? '';
      for (const name of OPTIONAL_HEADERS) if (response.headers[name]) headers[name] = response.headers[name];
      return resolve({ bodyJson: response.body, headers });
    });
  });

// Like the native client, `done` and `error` ignore what the Runtime API answers.

exports.done = (requestId, body) => {
  send('POST', `/invocation/${requestId}/response`, { 'Content-Type': 'application/json' }, Buffer.from(body));
  receiveSync();
  return null;
};

exports.error = (requestId, body, xrayCause) => {
  const headers = { 'Content-Type': 'application/json' };
  // A header: what does not fit is left out, as the native client does, and so is what a header cannot carry.
  if (xrayCause.length < 1024 * 1024 && /^[\x20-\x7e]*$/.test(xrayCause)) {
    headers['Lambda-Runtime-Function-XRay-Error-Cause'] = xrayCause;
  }
  send('POST', `/invocation/${requestId}/error`, headers, Buffer.from(body));
  receiveSync();
  return null;
};
