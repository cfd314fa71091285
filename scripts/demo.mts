/**
 * The whole path on one machine: synthesizes `examples/orders`, runs its functions under load with `profiled-fn local`,
 * fetches their profiles through the stack's outputs, and writes the merged profiles and one HTML page.
 *
 * Arguments are passed on to `profiled-fn local`: `npm run demo -- --view` opens the page.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const example = join(root, 'examples/orders');

/** In place of the public service: the demo asks nothing of the internet. It answers as slowly as one would. */
const rates = createServer((_request, response) => {
  setTimeout(() => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ base: 'EUR', date: '2026-11-20', rates: { USD: 1.0831, GBP: 0.8342, DKK: 7.4604 } }));
  }, 15);
});
await new Promise<void>((resolve) => rates.listen(0, '127.0.0.1', resolve));
const ratesUrl = `http://127.0.0.1:${(rates.address() as AddressInfo).port}/latest?base=EUR`;

const own = process.argv.slice(2);
const command = spawn(
  process.execPath,
  [
    join(root, 'assets/cli/profiled-fn.mjs'),
    'local',
    ...['--events', join(example, 'events')],
    ...['--context', `ratesUrl=${ratesUrl}`],
    ...['--env', 'SIGNING_KEY=of the demo'],
    ...['--out', join(root, '.profiled-fn')],
    ...['--html', join(root, '.profiled-fn/orders.html')],
    ...own,
    ...['--', `npx tsx ${join(example, 'bin/orders.ts')}`],
  ],
  { cwd: example, stdio: 'inherit' },
);
// The command has said what went wrong.
command.on('exit', (code) => {
  rates.close();
  process.exitCode = code ?? 1;
});
