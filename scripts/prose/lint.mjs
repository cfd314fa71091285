// Checks texts against the rules of plain English: `node scripts/prose/lint.mjs`, or with names of files.
// `--figures` prints the lengths of sentences instead.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VFile } from 'vfile';
import { reporter } from 'vfile-reporter';
import { check, checkMessages } from './check.mjs';

const root = join(import.meta.dirname, '../..');

/** Texts that follow the rules. */
const checked = [
  'README.md',
  'CHANGELOG.md',
  'docs/accuracy.md',
  'docs/architecture.md',
  'docs/cli.md',
  'docs/constructs.md',
  'docs/costs.md',
  'docs/format.md',
  'docs/glossary.md',
  'docs/other-languages.md',
  'docs/overhead.md',
  'docs/own-bucket.md',
  'docs/performance.md',
  'docs/sampler.md',
  'docs/security.md',
  'docs/source-maps.md',
  'docs/viewer.md',
  'docs/waiting.md',
  'docs/whole-app.md',
  'examples/go/README.md',
  'examples/java/README.md',
  'examples/orders/README.md',
  'examples/python/README.md',
];

/** Folders of code whose messages follow them. */
const folders = ['lib', 'cli', 'runtime', 'ui'];

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith('--'));
const rows = [];
const files = [];
for (const path of names.length > 0 ? names : checked) {
  const file = new VFile({ path, value: readFileSync(join(root, path), 'utf8') });
  files.push(file);
  rows.push({ path, ...(await check(file)) });
}

if (names.length === 0) {
  for (const path of folders.flatMap(codeIn)) {
    const file = new VFile({ path, value: readFileSync(join(root, path), 'utf8') });
    files.push(file);
    checkMessages(file);
  }
}

if (args.includes('--figures')) {
  console.log('| file | sentences | median words | 90th percentile | over 25 words |\n| --- | --- | --- | --- | --- |');
  for (const { path, sentences, median, p90, long } of rows) {
    console.log(`| ${path} | ${sentences} | ${median} | ${p90} | ${(100 * long).toFixed(1)} % |`);
  }
} else {
  const messages = reporter(files, { quiet: true });
  if (messages) console.error(messages);
  process.exitCode = files.some((file) => file.messages.length > 0) ? 1 : 0;
}

function codeIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /(?<!\.d)\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`);
}
