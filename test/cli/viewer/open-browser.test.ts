import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { browserCommand, openBrowser } from '../../../cli/viewer/open-browser';
import { folderOfTest } from '../../support/temporary-folder';

it("uses each platform's own command", () => {
  const url = 'http://localhost:8080';
  expect(browserCommand('linux', url)).toEqual(['xdg-open', url]);
  expect(browserCommand('darwin', url)).toEqual(['open', url]);
  expect(browserCommand('win32', url)).toEqual(['cmd', '/c', 'start', '""', url]);
});

describe('openBrowser', () => {
  const url = 'http://localhost:8080/mVh3bEpvSk6xk1Yt2hXb0Q#value=cpu&focus=%22a%22';
  let root: string;
  let own: string;
  beforeEach(() => {
    root = folderOfTest('browser');
    own = join(root, '.profiled-fn');
    // A browser that tells its command line, as `ps` does.
    for (const name of ['xdg-open', 'open']) {
      writeFileSync(
        join(root, name),
        `#!/bin/sh\nprintf '%s' "$*" > '${root}/seen.tmp'\nmv '${root}/seen.tmp' '${root}/seen'\n`,
        {
          mode: 0o755,
        },
      );
    }
    vi.stubEnv('PATH', `${root}${delimiter}${process.env.PATH}`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** What is on the command line of the browser. */
  async function seen(): Promise<string> {
    while (!existsSync(join(root, 'seen'))) await sleep(5);
    return readFileSync(join(root, 'seen'), 'utf8');
  }

  it('shows the address to the user, and to nobody who looks at command lines', async () => {
    mkdirSync(own);
    const close = openBrowser(url, own);
    const commandLine = await seen();
    expect(commandLine).not.toContain('mVh3bEpvSk6xk1Yt2hXb0Q');
    const file = fileURLToPath(commandLine);
    expect(dirname(dirname(file))).toBe(own);
    expect(statSync(dirname(file)).mode & 0o077).toBe(0);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(
      'content="0; url=http://localhost:8080/mVh3bEpvSk6xk1Yt2hXb0Q#value=cpu&amp;focus=%22a%22"',
    );
    close();
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('makes no folder for it', async () => {
    const close = openBrowser(url, own);
    const file = fileURLToPath(await seen());
    expect(file.startsWith(tmpdir())).toBe(true);
    close();
    expect(existsSync(own)).toBe(false);
  });
});
