/** Accepts what the apps next to this file synthesize: `npx tsx test/conformance/integ/accept.mts`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept, cloneForIntegRunner, integRunner } from './integ-runner';

const folder = mkdtempSync(join(tmpdir(), 'profiled-fn-integ-'));
try {
  const apps = await cloneForIntegRunner(folder);
  // Without AWS: a dry run writes the snapshots, and deploys nothing.
  console.log(await integRunner(apps, '--force', '--dry-run', '--disable-update-workflow'));
  accept(apps);
} finally {
  rmSync(folder, { recursive: true });
}
