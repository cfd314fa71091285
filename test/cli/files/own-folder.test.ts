import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeOwnFolder } from '../../../cli/files/own-folder';
import { folderOfTest } from '../../support/temporary-folder';

let root: string;

beforeEach(() => {
  root = folderOfTest('profiled-fn');
});

describe('makeOwnFolder', () => {
  it('makes a folder that git ignores with all that is in it', async () => {
    execFileSync('git', ['init', '-q', root]);
    await makeOwnFolder(join(root, 'sub', '.profiled-fn'));
    writeFileSync(join(root, 'sub', '.profiled-fn', 'wall.sources.json.gz'), 'source text');
    expect(execFileSync('git', ['-C', root, 'status', '--porcelain', '-uall']).toString()).toBe('');
  });

  it('makes git ignore a folder of our name that was there before', async () => {
    mkdirSync(join(root, '.profiled-fn'));
    await makeOwnFolder(join(root, '.profiled-fn'));
    expect(readFileSync(join(root, '.profiled-fn', '.gitignore'), 'utf8')).toMatch(/^\*$/m);
  });

  it('leaves what the user has said about it', async () => {
    const gitignore = join(root, '.profiled-fn', '.gitignore');
    mkdirSync(join(root, '.profiled-fn'));
    writeFileSync(gitignore, '!*\n');
    await makeOwnFolder(join(root, '.profiled-fn'));
    expect(readFileSync(gitignore, 'utf8')).toBe('!*\n');
  });

  it('hides nothing of a folder of another name that was there before', async () => {
    await makeOwnFolder(root);
    expect(existsSync(join(root, '.gitignore'))).toBe(false);
  });

  it('says where it cannot be made', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(makeOwnFolder(join(root, 'file', 'x'))).rejects.toMatchObject({
      name: 'CommandError',
      message: expect.stringContaining(`Cannot write ${join(root, 'file', 'x')} (ENOTDIR)`),
    });
  });
});
