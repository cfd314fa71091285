import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** A new folder, which is removed after the tests of the file or of the `describe` that asks for it. */
export function temporaryFolder(name: string): string {
  const folder = newFolder(name);
  afterAll(() => remove(folder));
  return folder;
}

/** A new folder, which is removed after the test that asks for it, also in `beforeEach`. */
export function folderOfTest(name: string): string {
  const folder = newFolder(name);
  onTestFinished(() => remove(folder));
  return folder;
}

function newFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `${name}-`));
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
