/**
 * The other half of `compare-output.mts`: runs the command of one checkout again and again in one process, as to start
 * one each time takes longer than all else. Plain JavaScript, as the threads of the command start with its loaders.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [checkout, folder] = process.argv.slice(2);
const command = pathToFileURL(join(checkout, 'assets/cli/profiled-fn.mjs'));
const runs = JSON.parse(readFileSync(join(folder, '../runs.json'), 'utf8'));
process.chdir(folder);

let written = [];
const keep = (chunk) => {
  written.push(Buffer.from(chunk));
  return true;
};
process.stdout.write = keep;
process.stderr.write = keep;
// A warning of Node.js has the number of the process in it.
process.removeAllListeners('warning');

for (const [i, { name, args }] of runs.entries()) {
  written = [];
  process.exitCode = 0;
  process.argv = [process.execPath, 'profiled-fn', ...args];
  // Another address is another module: the command runs as it is loaded.
  await import(`${command}?${i}`);
  const output = Buffer.concat(written);
  const kept = args.includes('html') ? embeddedData(output) : output;
  writeFileSync(join(folder, name), Buffer.concat([kept, Buffer.from(`\nexit code ${process.exitCode}\n`)]));
}
process.exitCode = 0;

/** The profiles in a page, without its code. */
function embeddedData(page) {
  const text = page.toString('utf8');
  const at = text.indexOf('id="profiled-fn-data"');
  return Buffer.from(at < 0 ? text : text.slice(at, text.indexOf('</script>', at)));
}
