/**
 * Bundles the page or the command again whenever one of its sources changes, into `assets/`: `node scripts/watch.mjs page`
 * or `command`. What it leaves out, `npm run bundle` makes: run that once before.
 */
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { context } from 'esbuild';
import { bundles } from './bundles.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { cli, ui, pageStyle } = bundles(join(root, 'assets'));
const watched = { page: [ui, pageStyle], command: [cli] }[process.argv[2]];
if (!watched) throw new Error('Say what to watch: page or command.');

if (process.argv[2] === 'page') await copyFile(join(root, 'ui/index.html'), join(root, 'assets/ui/index.html'));
for (const options of watched) await (await context({ ...options, logLevel: 'info' })).watch();
