import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '../../../cli/terminal/command-error';
import { serveViewer, type ViewerServer } from '../../../cli/viewer/server';

const bytes = new Uint8Array([0x1f, 0x8b, 1, 2, 3]);
const sources = new Map([['src/orders.ts', 'export const x = 1;']]);
const profile = { stack: 'OrdersStack', function: 'Checkout', type: 'wall', bytes, sources };

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** A request with the path exactly as given, which `fetch` would tidy up. */
function ask(port: number, path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', host = `localhost:${port}` } = options;
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host }, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('serveViewer', () => {
  let server: ViewerServer;
  let port: number;
  /** What the address has before the paths of the page. */
  let home: string;
  beforeEach(async () => {
    server = await serveViewer('OrdersStack', [profile], 0);
    port = Number(new URL(server.url).port);
    home = new URL(server.url).pathname;
  });
  afterEach(() => server.close());

  it('serves the page, its script and its style', async () => {
    expect((await ask(port, `${home}/`)).body.toString()).toContain('<div id="app">');
    expect((await ask(port, `${home}/page.js`)).headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await ask(port, `${home}/page.css`)).headers['content-type']).toBe('text/css; charset=utf-8');
  });

  it('lists the profiles, whose addresses lead to their bytes', async () => {
    const index = JSON.parse((await ask(port, `${home}/data/index.json`)).body.toString());
    expect(index).toEqual({
      title: 'OrdersStack',
      profiles: [
        {
          stack: 'OrdersStack',
          function: 'Checkout',
          type: 'wall',
          url: 'data/0.pb.gz',
          sourcesUrl: 'data/0.sources.json',
        },
      ],
    });
    expect((await ask(port, `${home}/${index.profiles[0].url}`)).body).toEqual(Buffer.from(bytes));
  });

  it('has the text of source files apart, which are loaded when they are looked at', async () => {
    const { headers, body } = await ask(port, `${home}/data/0.sources.json`);
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body.toString())).toEqual({ 'src/orders.ts': 'export const x = 1;' });
  });

  it('answers only to who knows the address', async () => {
    expect(home).toMatch(/^\/[\w-]{22}$/);
    for (const path of ['/', '/page.js', '/data/index.json', '/data/0.pb.gz', `/${'A'.repeat(22)}/`]) {
      const { status, body } = await ask(port, path);
      expect([path, status, body.toString()]).toEqual([path, 404, 'Not found.\n']);
    }
    const { status, headers } = await ask(port, home);
    expect([status, headers.location]).toEqual([308, `${home}/`]);
  });

  it('lets the page load nothing from elsewhere, with every answer', async () => {
    for (const path of ['/', '/page.js', '/data/0.pb.gz', '/nothing']) {
      const { headers } = await ask(port, home + path);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LocalHost'])('answers to %s', async (name) => {
    expect((await ask(port, `${home}/`, { host: `${name}:${port}` })).status).toBe(200);
  });

  it.each(['evil.example', 'localhost.evil.example', 'localhost', 'localhost:1'])(
    'refuses the host %j, as a page that rebinds its name would send it',
    async (host) => {
      const { status, body } = await ask(port, `${home}/data/0.pb.gz`, { host });
      expect(status).toBe(403);
      expect(body.toString()).not.toContain('\x1f');
    },
  );

  it.each([
    '/nothing',
    '/../package.json',
    '/%2e%2e/package.json',
    '/data/../../package.json',
    '/data/1.pb.gz',
    '//page.js',
    '/page.js/..',
    '/constructor',
  ])('has nothing at %s', async (path) => {
    expect((await ask(port, home + path)).status).toBe(404);
  });

  it('only reads', async () => {
    expect((await ask(port, `${home}/`, { method: 'POST' })).status).toBe(405);
    const head = await ask(port, `${home}/`, { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it('says so where the port it shall take is in use', async () => {
    const second = serveViewer('x', [], port);
    await expect(second).rejects.toBeInstanceOf(CommandError);
    await expect(second).rejects.toThrow(`Port ${port} is in use.`);
  });

  it('takes the next port where the usual one is in use', async () => {
    // Whoever has the usual port, this test or something else on this computer, it is taken now.
    const occupant = createServer();
    await new Promise<void>((resolve) => {
      occupant.once('error', () => resolve());
      occupant.listen(8080, '127.0.0.1', resolve);
    });
    const other = await serveViewer('x', [profile]);
    try {
      const otherPort = Number(new URL(other.url).port);
      expect(otherPort).toBeGreaterThan(8080);
      expect((await ask(otherPort, `${new URL(other.url).pathname}/`)).status).toBe(200);
    } finally {
      await other.close();
      await new Promise((resolve) => occupant.close(resolve));
    }
  });
});
