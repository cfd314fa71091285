import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WaitCase, WaitCases } from './measured-waits';

/** `GET /<ms>` is answered after so long, `GET /<ms>/<ms>/…` in as many chunks. */
async function start() {
  const server = createServer((request, response) => {
    const waits = (request.url ?? '').split('/').slice(1).map(Number);
    const next = () => {
      const ms = waits.shift();
      if (ms === undefined) response.end('end');
      else
        setTimeout(() => {
          response.write('chunk ');
          next();
        }, ms);
    };
    next();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    environment: { SERVER: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const client = `
const http = require('node:http');
const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const agent = new http.Agent({ keepAlive: true });
// Loads what fetch needs.
fetch('data:,');
function get(path) {
  return new Promise((resolve, reject) => {
    http.get(process.env.SERVER + path, { agent }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}
`;

const REQUEST = '(waiting: GET 127.0.0.1)';
const TIMER = '(waiting: timer)';

const cases: Record<string, WaitCase> = {
  'one after the other': {
    waits: `
      async function first() { await get('/150'); mark('first'); }
      async function second() { await sleep(100); mark('second'); }
      async function third() { await (await fetch(process.env.SERVER + '/150')).text(); mark('third'); }
      async function waits() { await first(); await second(); await third(); }`,
    stacks: {
      first: ['main', 'waits', 'first', REQUEST],
      second: ['main', 'waits', 'second', TIMER],
      third: ['main', 'waits', 'third', REQUEST],
    },
  },
  'Promise.all': {
    waits: `
      async function short() { await get('/100'); mark('short'); }
      async function long() { await get('/300'); mark('long'); }
      async function waits() { await Promise.all([long(), short()]); }`,
    stacks: { short: ['main', 'waits', 'short', REQUEST], long: ['main', 'waits', 'long', REQUEST] },
  },
  'Promise.race': {
    waits: `
      async function winner() { await get('/250'); mark('winner'); }
      async function loser() { await get('/1500').catch(() => {}); }
      async function waits() { await Promise.race([loser(), winner()]); agent.destroy(); }`,
    stacks: { winner: ['main', 'waits', 'winner', REQUEST] },
  },
  'what a timer guards that is cleared': {
    waits: `
      async function asked() { await get('/150'); }
      async function guarded() {
        let timer;
        const late = new Promise((_, reject) => { timer = setTimeout(reject, 1000, new Error('late')); });
        try { return await Promise.race([asked(), late]); } finally { clearTimeout(timer); mark('guarded'); }
      }
      async function other() { await get('/200'); mark('other'); }
      async function waits() { await guarded(); await other(); }`,
    stacks: { guarded: ['main', 'waits', 'guarded', 'asked', REQUEST], other: ['main', 'waits', 'other', REQUEST] },
  },
  'functions in functions': {
    waits: `
      async function inner(ms) { return get('/' + ms); }
      class Repository {
        async find(ms) { const found = await inner(ms); mark('find'); await sleep(100); mark('pause'); return found; }
      }
      const service = { load: async (ms) => await new Repository().find(ms) };
      async function waits() { await service.load(100); await service.load(150); }`,
    stacks: { find: ['main', 'load', 'find', 'inner', REQUEST], pause: ['main', 'load', 'find', TIMER] },
  },
  'a retry with backoff': {
    waits: `
      async function attempt(n) {
        await get('/60');
        mark('attempt');
        if (n < 3) throw new Error('again');
      }
      const backoff = (n) => new Promise((resolve) => setTimeout(resolve, 40 * 2 ** n)).then(() => mark('backoff'));
      async function retry() {
        for (let n = 1; ; n++) {
          try { return await attempt(n); } catch { await backoff(n); }
        }
      }
      async function waits() { await retry(); }`,
    stacks: { attempt: ['main', 'retry', 'attempt', REQUEST], backoff: ['main', 'retry', 'backoff', TIMER] },
  },
  'a stream': {
    waits: `
      async function read() {
        const { body } = await fetch(process.env.SERVER + '/100/100/150');
        mark('head');
        for await (const chunk of body) void chunk;
        mark('body');
      }
      async function waits() { await read(); }`,
    stacks: { head: ['main', 'read', REQUEST], body: ['main', 'read', '(waiting: GET 127.0.0.1, body)'] },
  },
  'streams beside each other': {
    waits: `
      async function parts() { for await (const chunk of (await fetch(process.env.SERVER + '/100/100/100/100')).body) mark('parts'); }
      async function late() {
        const [response] = await once(http.get(process.env.SERVER + '/150/200', { agent }), 'response');
        mark('late');
        for await (const chunk of response) mark('late');
      }
      async function waits() { await Promise.all([late(), parts()]); }`,
    stacks: { parts: ['main', 'waits', 'parts'], late: ['main', 'waits', 'late'] },
  },
  callbacks: {
    waits: `
      function later(then) { setTimeout(() => { mark('later'); then(); }, 100); }
      function ask(then) {
        http.get(process.env.SERVER + '/200', { agent }, (r) => { r.resume(); r.on('end', () => { mark('ask'); then(); }); });
      }
      async function waits() { await new Promise((resolve) => later(() => ask(resolve))); }`,
    stacks: { later: ['main', 'waits', 'later', TIMER], ask: ['main', 'waits', 'later', 'ask', REQUEST] },
  },
  'a child process': {
    waits: `
      const { execFile } = require('node:child_process');
      const wait = () => new Promise((resolve) => execFile(process.execPath, ['-e', 'setTimeout(() => {}, 200)'], resolve));
      async function waits() { await wait(); mark('child'); }`,
    stacks: { child: ['main', 'waits', 'wait', '(waiting: child process)'] },
  },
};

/** Requests, timers, streams and child processes. */
export const networkWaits: WaitCases = { client, cases, start };
