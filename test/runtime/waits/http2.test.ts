import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAttributed } from './expect-attributed';
import { BUSY_MACHINE, measureWaits, timeIn } from './measured-waits';

let server: Http2Server;
/** `GET /<ms>` is answered after so long, and its body comes after as long again. */
beforeAll(async () => {
  server = createServer();
  server.on('stream', (stream, headers) => {
    const ms = Number(headers[':path']?.slice(1));
    setTimeout(() => {
      stream.respond({ ':status': 200 });
      stream.write('first');
      setTimeout(() => stream.end('last'), ms);
    }, ms);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

const client = `
const http2 = require('node:http2');
const { once } = require('node:events');
let session;
async function answered(path) {
  session ??= http2.connect(process.env.SERVER);
  const stream = session.request({ ':path': path });
  await once(stream, 'response');
  return stream;
}
async function head() { const stream = await answered('/150'); mark('head'); return stream; }
async function body(stream) { for await (const chunk of stream) void chunk; mark('body'); }
async function waits() { await body(await head()); await body(await head()); }
`;

it('idle time of requests of HTTP/2 lies under what was awaited, from the first one on', BUSY_MACHINE, async () => {
  const ran = await measureWaits(client, { SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  const host = '127.0.0.1';
  expectAttributed(ran, {
    head: ['main', 'waits', 'head', 'answered', `(waiting: GET ${host})`],
    body: ['main', 'waits', 'head', 'answered', `(waiting: GET ${host}, body)`],
  });
  expect(timeIn(ran.wait, 'waits', [`(waiting: GET ${host})`])).toBeGreaterThan(0);
});
