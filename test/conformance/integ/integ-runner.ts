import { execFile, execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cloneWithCdk } from '../support/clone';

const here = import.meta.dirname;
/** Versions of integ-runner and of the CDK. Not next to the apps, which are type-checked with this repository's CDK. */
const versions = join(here, 'runner');
/** Snapshots that were accepted, of each app one. */
const accepted = join(here, 'snapshots');

/** Makes `folder` a copy of this repository in which integ-runner finds the apps. @returns where they are */
export async function cloneForIntegRunner(folder: string): Promise<string> {
  await cloneWithCdk(folder, versions);
  const apps = join(folder, 'test/conformance/integ');
  for (const name of readdirSync(here).filter((each) => each.endsWith('.ts')))
    cpSync(join(here, name), join(apps, name));
  cpSync(accepted, apps, { recursive: true });
  return apps;
}

/** Runs integ-runner on `apps`. @returns what it says, also where snapshots differ */
export async function integRunner(apps: string, ...args: string[]): Promise<string> {
  const command = join(versions, 'node_modules/@aws-cdk/integ-runner/bin/integ-runner');
  const app = `${process.execPath} --import tsx {filePath}`;
  const options = ['--directory', '.', '--test-regex', '^integ\\..*\\.ts$', '--app', app, '--max-workers', '1'];
  const run = promisify(execFile)(process.execPath, [command, ...options, ...args], { cwd: apps });
  const { stdout, stderr } = await run.catch((differs: { stdout: string; stderr: string }) => differs);
  return `${stdout}${stderr}`;
}

/** Takes the snapshots that integ-runner has written beside `apps`, without what says where they were made. */
export function accept(apps: string): void {
  rmSync(accepted, { recursive: true, force: true });
  for (const name of readdirSync(apps).filter((each) => /^integ\..*\.snapshot$/.test(each))) {
    const snapshot = join(accepted, name);
    cpSync(join(apps, name), snapshot, {
      recursive: true,
      filter: (path) => !/(tree|\.metadata)\.json$/.test(path),
    });
    const file = join(snapshot, 'manifest.json');
    const manifest: Manifest = JSON.parse(readFileSync(file, 'utf8'));
    const artifacts = Object.entries(manifest.artifacts).filter(([, { type }]) => /^(aws:|cdk:asset)/.test(type));
    for (const [, artifact] of artifacts) delete artifact.additionalMetadataFile;
    writeFileSync(file, JSON.stringify({ ...manifest, artifacts: Object.fromEntries(artifacts) }));
  }
  execFileSync('npx', ['biome', 'format', '--write', accepted], { stdio: 'inherit' });
}

interface Manifest {
  artifacts: Record<string, { type: string; additionalMetadataFile?: string }>;
}
