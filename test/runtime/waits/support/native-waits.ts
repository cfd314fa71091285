import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../../support/harness';
import type { WaitCase, WaitCases } from './measured-waits';

const BIG = 16 * 2 ** 20;

/** A large file, and a name server that answers after 150 ms. */
async function start() {
  const file = join(temporaryDirectory(), 'big');
  writeFileSync(file, Buffer.alloc(BIG, 'what is read in pieces '));
  const nameServer = createSocket('udp4');
  nameServer.on('message', (query, { port }) => {
    setTimeout(() => nameServer.send(answerTo(query), port, '127.0.0.1'), 150);
  });
  await new Promise<void>((resolve) => nameServer.bind(0, '127.0.0.1', resolve));
  return {
    environment: { FILE: file, NAME_SERVER: String(nameServer.address().port) },
    close: () => void nameServer.close(),
  };
}

/** The question with one address for an answer: 192.0.2.1, for a minute. */
function answerTo(query: Buffer): Buffer {
  const header = Buffer.from([query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
  return Buffer.concat([header, question, answer]);
}

const client = `
const fs = require('node:fs');
const zlib = require('node:zlib');
const crypto = require('node:crypto');
const dns = require('node:dns');
const { promisify } = require('node:util');
const { pipeline } = require('node:stream/promises');
const { setTimeout: sleep } = require('node:timers/promises');
const file = process.env.FILE;
/** Until most of 200 ms has gone into it. */
async function long(work) {
  for (const end = performance.now() + 200; performance.now() < end; ) await work();
}
async function pause() { await sleep(100); mark('pause'); }
`;

const pause = ['main', 'waits', 'pause', '(waiting: timer)'];

const cases: Record<string, WaitCase> = {
  'files that are read one after the other': {
    waits: `
      async function promised() { await fs.promises.readFile(file); }
      async function called() { await promisify(fs.readFile)(file); }
      async function handled() {
        const handle = await fs.promises.open(file);
        try { for (let at = 0; at < ${BIG}; ) at += (await handle.read(Buffer.alloc(2 ** 22), 0, 2 ** 22, at)).bytesRead; }
        finally { await handle.close(); }
      }
      async function waits() {
        await long(promised); mark('promised');
        await pause();
        await long(called); mark('called');
        await long(handled); mark('handled');
      }`,
    stacks: {
      promised: ['main', 'waits', 'long', 'promised'],
      called: ['main', 'waits', 'long', 'called'],
      handled: ['main', 'waits', 'long', 'handled'],
      pause,
    },
    leaves: ['(waiting: file read)'],
  },
  'files that are read together': {
    waits: `
      async function one() { await fs.promises.readFile(file); }
      async function all() { await Promise.all([one(), one(), one()]); }
      async function waits() { await long(all); mark('all'); await pause(); }`,
    stacks: { all: ['main', 'waits', 'long', 'all'], pause },
    leaves: ['(waiting: file read)'],
  },
  'files that are written': {
    waits: `
      const text = Buffer.alloc(${BIG / 4}, 'a');
      async function written() { await fs.promises.writeFile(file + '-copy', text); }
      async function waits() { await long(written); mark('written'); await pause(); fs.rmSync(file + '-copy'); }`,
    stacks: { written: ['main', 'waits', 'long', 'written'], pause },
    leaves: ['(waiting: file write)'],
  },
  'streams of files': {
    waits: `
      async function piped() { await pipeline(fs.createReadStream(file), zlib.createGzip({ level: 9 }), fs.createWriteStream('/dev/null')); }
      async function read() { for await (const chunk of fs.createReadStream(file)) void chunk; }
      async function waits() { await long(piped); mark('piped'); await pause(); await long(read); mark('read'); }`,
    stacks: { piped: ['main', 'waits', 'long', 'piped'], read: ['main', 'waits', 'long', 'read'], pause },
    leaves: ['(waiting: file read)', '(waiting: zlib)'],
  },
  compression: {
    waits: `
      const text = crypto.randomBytes(2 ** 20);
      async function compressed() { await promisify(zlib.gzip)(text); }
      async function decompressed() { await promisify(zlib.brotliDecompress)(small); }
      const small = zlib.brotliCompressSync(Buffer.alloc(${BIG}));
      async function waits() {
        await long(compressed); mark('compressed');
        await pause();
        await long(decompressed); mark('decompressed');
      }`,
    stacks: { compressed: ['main', 'long', 'compressed'], decompressed: ['main', 'long', 'decompressed'], pause },
    leaves: ['(waiting: zlib)'],
  },
  'passwords that are derived': {
    waits: `
      async function derived() { await promisify(crypto.pbkdf2)('secret', 'salt', 100_000, 64, 'sha512'); }
      async function scrypted() { await promisify(crypto.scrypt)('secret', 'salt', 64); }
      async function waits() {
        await long(derived); mark('derived');
        await pause();
        await long(scrypted); mark('scrypted');
      }`,
    stacks: { derived: ['main', 'long', 'derived'], scrypted: ['main', 'long', 'scrypted'], pause },
    leaves: ['(waiting: crypto PBKDF2)', '(waiting: crypto Scrypt)'],
  },
  'names that are resolved': {
    waits: `
      const resolver = new dns.promises.Resolver();
      resolver.setServers(['127.0.0.1:' + process.env.NAME_SERVER]);
      async function resolved() { await resolver.resolve4('orders.example.com'); mark('resolved'); }
      async function waits() { await resolved(); await pause(); await resolved(); }`,
    stacks: { resolved: ['main', 'waits', 'resolved', '(waiting: dns orders.example.com)'], pause },
    leaves: ['(waiting: dns orders.example.com)'],
  },
};

/** Files, compression, passwords and names, which Node.js works on in threads of its own. */
export const nativeWaits: WaitCases = { client, cases, start };
