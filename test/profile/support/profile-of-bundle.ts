import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { Profile } from '../../../profile/model/profile';
import { SourceMap } from '../../../profile/symbols/source-map';
import { symbolize } from '../../../profile/symbols/symbolize';
import { cpuProfileOf } from './cpu-profile-of';

/** Bundles a handler as a function's is, runs it once, and gives what V8 sampled its original places. */
export async function profileOfBundle(entry: string, outfile: string, options: BuildOptions): Promise<Profile> {
  await build({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'external',
    logLevel: 'error',
    outfile,
    ...options,
  });
  const { handler } = createRequire(import.meta.url)(outfile) as { handler(): Promise<unknown> };
  const profile = await cpuProfileOf(handler, dirname(outfile));
  const map = new SourceMap(await readFile(`${outfile}.map`, 'utf8'));
  return symbolize(profile, (file) => (file === '/var/task/index.js' ? map : undefined));
}
