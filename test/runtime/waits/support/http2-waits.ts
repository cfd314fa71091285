import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { WaitCase, WaitCases } from './measured-waits';

/** `GET /<ms>` is answered after so long; its body comes in parts, each after as long again, as many as `?parts=` says. */
async function start() {
  const server = createServer();
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
  return {
    environment: { SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close: () => void server.close(),
  };
}

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

const HEAD = '(waiting: GET 127.0.0.1)';
const BODY = '(waiting: GET 127.0.0.1, body)';

const cases: Record<string, WaitCase> = {
  'requests of HTTP/2, from the first one on': {
    waits: sequential,
    stacks: {
      head: ['main', 'waits', 'head', 'answered', HEAD],
      body: ['main', 'waits', 'head', 'answered', BODY],
    },
    leaves: [HEAD, BODY],
  },
  'parts of a body of HTTP/2, while another request is pending': {
    waits: together,
    stacks: { parts: ['main', 'waits', 'parts', 'answered'], late: ['main', 'waits', 'late', 'answered'] },
    leaves: [BODY],
  },
};

/** Requests over HTTP/2. */
export const http2Waits: WaitCases = { client, cases, start };
