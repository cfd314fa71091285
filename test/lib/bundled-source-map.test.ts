import { execSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveCommand } from '../../lib/bundled-source-map';

describe('the command that moves the map', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "profiled-fn's map "));
    mkdirSync(join(root, 'folder'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** What the shell says that CDK bundles with here, where a hook follows. */
  function bundle(): string {
    const command = `${moveCommand(process.platform, join(root, 'index.js.map'), join(root, 'folder'))} && echo next`;
    const shell = process.platform === 'win32' ? 'cmd' : 'bash';
    return execSync(command, { shell, encoding: 'utf8' }).trim();
  }

  it('lets hooks follow where there is no map', () => {
    expect(bundle()).toBe('next');
  });

  it('moves a map, and lets hooks follow', () => {
    writeFileSync(join(root, 'index.js.map'), '{}');
    expect(bundle()).toBe('next');
    expect(existsSync(join(root, 'index.js.map'))).toBe(false);
    expect(existsSync(join(root, 'folder', 'index.js.map'))).toBe(true);
  });

  it('is one for cmd on Windows, in parentheses, so that what follows does not depend on the map', () => {
    expect(moveCommand('win32', 'C:\\my app\\index.js.map', 'C:\\my app\\maps')).toBe(
      '(if exist "C:\\my app\\index.js.map" move /y "C:\\my app\\index.js.map" "C:\\my app\\maps" >nul)',
    );
  });
});
