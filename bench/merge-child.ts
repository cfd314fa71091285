/** The process that `bench/merge.ts` measures: merges all files of a folder into one file, and tells what that took. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { gzipLevel, readProfileSync } from '../cli/files/pprof-file';
import { ProfileMerger } from '../profile/merge/merge';

const [folder = '', out = ''] = process.argv.slice(2);
const merger = new ProfileMerger();
for (const name of readdirSync(folder).sort()) {
  readProfileSync(readFileSync(join(folder, name)), (bytes) => merger.addEncoded(bytes));
}
writeFileSync(out, gzipSync(merger.finish().encoded(), { level: gzipLevel }));
process.stdout.write(
  JSON.stringify({ user: process.cpuUsage().user / 1e6, memory: process.resourceUsage().maxRSS / 1024 }),
);
