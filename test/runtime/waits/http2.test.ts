import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAttributed } from './expect-attributed';
import { BUSY_MACHINE, measureWaits, timeIn } from './measured-waits';

let server: Http2Server;
/** `GET /<ms>` is answered after so long; its body comes in parts, each after as long again, as many as `?parts=` says. */
beforeAll(async () => {
  server = createServer();
  server.on('stream', (stream, headers) => {
    const { pathname, searchParams } = new URL(headers[':path'] ?? '', 'http://host');
    const ms = Number(pathname.slice(1));
    let parts = Number(searchParams.get('parts') ?? 1);
    const next = () => {
      if (parts-- === 0) stream.end('last');
      else {
        stream.write('part');
        setTimeout(next, ms);
      }
    };
    setTimeout(() => {
      stream.respond({ ':status': 200 });
      next();
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
`;

const sequential = `
async function waits() { await body(await head()); await body(await head()); }
`;

/** The parts come while another request waits. */
const together = `
async function parts() { for await (const chunk of await answered('/100?parts=3')) mark('parts'); }
async function late() { for await (const chunk of await answered('/350?parts=0')) void chunk; mark('late'); }
async function waits() { await Promise.all([late(), parts()]); }`;

it('idle time of requests of HTTP/2 lies under what was awaited, from the first one on', BUSY_MACHINE, async () => {
  const ran = await measureWaits(client + sequential, {
    SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  const host = '127.0.0.1';
  expectAttributed(ran, {
    head: ['main', 'waits', 'head', 'answered', `(waiting: GET ${host})`],
    body: ['main', 'waits', 'head', 'answered', `(waiting: GET ${host}, body)`],
  });
  expect(timeIn(ran.wait, 'waits', [`(waiting: GET ${host})`])).toBeGreaterThan(0);
});

it('idle time before each part of a body lies under its request, whatever else is pending', BUSY_MACHINE, async () => {
  const { port } = server.address() as AddressInfo;
  const ran = await measureWaits(client + together, { SERVER: `http://127.0.0.1:${port}` });
  expectAttributed(ran, { parts: ['main', 'waits', 'parts', 'answered'], late: ['main', 'waits', 'late', 'answered'] });
  expect(timeIn(ran.wait, 'wait', ['parts', '(waiting: GET 127.0.0.1, body)'])).toBeGreaterThan(ran.measured.parts / 2);
});
