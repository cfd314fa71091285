import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';
import { afterAll } from 'vitest';

// The CDK's own validation of templates takes seconds and prints; templates here are odd on purpose.
process.env.CDK_VALIDATION = 'false';

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is removed after the file's tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'profiled-fn-test-'));
  directories.push(directory);
  return directory;
}

/** Synthesizes an app with the real CDK; returns the cloud assembly's directory. */
export function synthesize(build: (app: App) => void, props: AppProps = {}): string {
  const outdir = join(temporaryDirectory(), 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false, ...props });
  build(app);
  app.synth();
  return outdir;
}

/** A directory with files in it. */
export function codeDirectory(files: Record<string, string>): string {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}
