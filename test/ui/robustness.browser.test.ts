import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPage } from '../../ui/render-page';
import { foldedProfile } from './support/folded-profile';
import { files, gzipped, HOSTILE, pageData } from './support/page-fixtures';
import { chosen, describeInBrowser, eventually, placeOf, rowOf, selectedFrame } from './support/page-in-browser';

describeInBrowser('the page in a browser, with what it may be given', ({ open, home, fileOf, built, forgive }) => {
  it('shows a hostile name as text', async () => {
    const page = await open();
    expect(await rowOf(page, 'onerror')).toEqual(['20 ms', '20%', '20 ms', '20%', expect.stringContaining(HOSTILE)]);
    await page.getByRole('tab', { name: 'Flame graph' }).click();
    await page.mouse.click(...(await placeOf(page, 0.35, 3)));
    await eventually(() => selectedFrame(page).innerText()).toContain(HOSTILE);
    expect(await page.getByRole('navigation').innerText()).toContain('<img src=x onerror');
    expect(await page.evaluate(`[window.pwned, document.images.length]`)).toEqual([undefined, 0]);
  });

  it('runs nothing of what is in a profile, wherever it is shown', async () => {
    const corpus = [
      HOSTILE,
      '"><svg onload=window.pwned=1>',
      "'-window.pwned=1-'",
      'javascript:window.pwned=1',
      '{{window.pwned=1}}',
      '<style>*{background:url(//evil.example)}</style>',
      '\u202egnp.exe\u0000\u2028</title><script>window.pwned=1</script>',
      '__proto__',
      'constructor',
    ];
    const hostile = foldedProfile(
      [{ type: HOSTILE, unit: HOSTILE }],
      corpus.map((name, i): [string, number] => [
        `handler;${name}@${name};${name}@/x/node_modules/${name}/y.js`,
        100 - i,
      ]),
    );
    for (const [i, sample] of hostile.samples.entries()) sample.labels = corpus.map((key) => ({ key, str: corpus[i] }));
    const base64 = gzipped(hostile).toString('base64');
    const profiles = corpus.map((name) => ({ stack: name, function: name, type: name, base64 }));
    const file = await fileOf('hostile', { title: HOSTILE, profiles });
    const fragment = {
      search: HOSTILE,
      focus: 'handler',
      base: `${HOSTILE}/${HOSTILE}/${HOSTILE}`,
      'label.__proto__': HOSTILE,
    };
    for (const view of ['flame', 'top', 'function', 'graph', 'source', 'timeline', 'summary']) {
      const page = await open(chosen(file, { ...fragment, view }));
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.getByRole('tab', { selected: true }).waitFor();
      expect(await page.evaluate(`[window.pwned, {}.pwned, document.images.length, document.scripts.length]`)).toEqual([
        undefined,
        undefined,
        0,
        2,
      ]);
      await page.close();
    }
  });

  it('shows 200,000 stacks', async () => {
    const stacks = Array.from({ length: 200_000 }, (_, i): [string, number] => [
      `handler;a${i % 20};b${i % 500};c${Math.floor(i / 100)}`,
      1 + (i % 7),
    ]);
    const many = foldedProfile([{ type: 'wall', unit: 'nanoseconds' }], stacks);
    const source = { stack: 'S', function: 'F', type: 'wall', base64: gzipped(many).toString('base64') };
    const file = await fileOf('many', { title: 'S', profiles: [source] });
    const page = await open(file);
    await eventually(() => page.getByRole('list', { name: 'Summary' }).innerText()).toContain('200,000 stacks');
    await page.mouse.click(...(await placeOf(page, 0.01, 2)));
    await eventually(() => selectedFrame(page).innerText()).toContain('(5%)');
    await page.getByRole('searchbox', { name: 'Search' }).fill('handler');
    await eventually(() => rowOf(page, 'handler')).toHaveLength(5);
  });

  it.each([
    ['Go', 'go-cpu.pb.gz', 'main.hashOrders'],
    ['@datadog/pprof', 'datadog-wall.pb.gz', 'hashOrders'],
    ['pprof-rs', 'rust-cpu.pb', 'hash_orders'],
  ])('shows what %s wrote, in every view', async (_producer, name, fn) => {
    const base64 = readFileSync(join(import.meta.dirname, 'testdata', name), 'base64');
    const file = await fileOf(name, { title: name, profiles: [{ stack: 'S', function: 'F', type: 'cpu', base64 }] });
    const page = await open(chosen(file, { view: 'top', search: fn }));
    await eventually(() => page.getByRole('table').innerText()).toContain(fn);
    for (const view of ['Flame graph', 'Callers & callees', 'Call graph', 'Source', 'Timeline', 'Summary']) {
      await page.getByRole('tab', { name: view }).click();
      await page.getByRole('tabpanel').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    }
    await page.close();
  });

  it('says what is wrong with a broken file, and still shows the others', async () => {
    const page = await open(chosen(home(), { stack: 'OrdersStack', function: 'Broken', profile: 'wall' }));
    await eventually(() => page.getByRole('alert').innerText()).toContain(
      'The wall profile of Broken cannot be read: its gzip data is broken or cut off. Fetch it again.',
    );
    await page.getByLabel('Function').selectOption({ label: 'Checkout' });
    await eventually(() => rowOf(page, 'parseOrder')).toHaveLength(5);
  });

  it('shows a profile of one sample in every view', async () => {
    const one = foldedProfile([{ type: 'cpu', unit: 'nanoseconds' }], [['main', 1]]);
    const source = { stack: '', function: 'F', type: 'cpu', base64: gzipped(one).toString('base64') };
    const page = await open(await fileOf('one', { title: 'F', profiles: [source] }));
    expect(await rowOf(page, 'main')).toEqual(['1 ns', '100%', '1 ns', '100%', expect.stringMatching(/^main/)]);
    for (const [view, shown] of [
      ['Callers & callees', 'main'],
      ['Call graph', '1 of 1 functions'],
      ['Source', 'No function has a file'],
      ['Timeline', 'There are no invocations to show'],
      ['Summary', 'The profile has 1 ns of cpu, in 1 stacks.'],
    ]) {
      await page.getByRole('tab', { name: view }).click();
      await eventually(() => page.getByRole('tabpanel').innerText()).toContain(shown);
    }
  });

  it('says that a profile is empty, and that there is none', async () => {
    const page = await open(chosen(home(), { stack: 'OrdersStack', function: 'Empty', profile: 'wall' }));
    await eventually(() => page.getByRole('tabpanel').innerText()).toContain('This profile is empty');
    const file = await fileOf('none', { title: 'OrdersStack', profiles: [] });
    const none = await open(file);
    await eventually(() => none.getByRole('tabpanel').innerText()).toContain('There is no profile');
  });

  describe('served', () => {
    let server: Server;
    let origin: string;
    const requests: string[] = [];

    beforeAll(async () => {
      const { html, contentSecurityPolicy } = renderPage(built());
      const answers: Record<string, [type: string, body: string | Buffer]> = {
        '/': ['text/html; charset=utf-8', html],
        '/page.js': ['text/javascript; charset=utf-8', built().js],
        '/page.css': ['text/css; charset=utf-8', built().css],
        '/data/index.json': ['application/json', JSON.stringify(pageData((_, i) => ({ url: `data/${i}.pb.gz` })))],
      };
      for (const [i, { bytes }] of files.entries()) answers[`/data/${i}.pb.gz`] = ['application/octet-stream', bytes];
      server = createServer((request, response) => {
        requests.push(request.url ?? '');
        const answer = answers[request.url ?? ''];
        if (!answer) return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': answer[0], 'content-security-policy': contentSecurityPolicy });
        response.end(answer[1]);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });

    afterAll(() => new Promise((resolve) => server.close(resolve)));

    it('fetches a profile when it is chosen, and nothing else', async () => {
      const page = await open(origin);
      await eventually(() => rowOf(page, 'parseOrder')).toHaveLength(5);
      expect(requests).toEqual(['/', '/page.css', '/page.js', '/data/index.json', '/data/0.pb.gz']);
      await page.getByLabel('Profile').selectOption('heap');
      await eventually(() => rowOf(page, 'cache')).toHaveLength(5);
      expect(requests.slice(5)).toEqual(['/data/1.pb.gz']);
    });

    it('says what to do when the command has ended', async () => {
      const page = await open(origin);
      await page.locator('canvas').waitFor();
      await page.route('**/data/**', (route) => route.abort());
      await page.getByLabel('Profile').selectOption('heap');
      await eventually(() => page.getByRole('alert').innerText()).toContain('has ended: run it again');
      // The browser itself reports the request that failed.
      forgive('ERR_FAILED');
    });
  });
});
