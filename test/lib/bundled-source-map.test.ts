import { execSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { moveCommand } from '../../lib/bundled-source-map';
import { temporaryFolder } from '../support/temporary-folder';

describe('the command that moves the map', () => {
  const root = temporaryFolder("profiled-fn's map");
  beforeAll(() => {
    mkdirSync(join(root, 'folder'));
  });

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
