import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { contextOf, findCdkProject, synthEnvironment } from '../../../cli/stacks/cdk-project';
import { CommandError } from '../../../cli/terminal/command-error';
import { folderOfTest } from '../../support/temporary-folder';

let folder: string;
beforeEach(async () => {
  folder = folderOfTest('cdk-project');
});

describe('findCdkProject', () => {
  it('finds the nearest cdk.json above, its app and its output', async () => {
    await mkdir(join(folder, 'src', 'deep'), { recursive: true });
    await writeFile(join(folder, 'cdk.json'), JSON.stringify({ app: 'npx tsx app.ts', output: 'build/cdk' }));
    expect(findCdkProject(join(folder, 'src', 'deep'), folder)).toEqual({
      folder,
      app: 'npx tsx app.ts',
      output: join(folder, 'build/cdk'),
      context: {},
    });
  });

  it('lets looked-up context win over that of cdk.json, and that over the user', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    await writeFile(join(home, '.cdk.json'), JSON.stringify({ context: { a: 'user', b: 'user', c: 'user' } }));
    await writeFile(join(folder, 'cdk.json'), JSON.stringify({ context: { b: 'project', c: 'project' } }));
    await writeFile(join(folder, 'cdk.context.json'), JSON.stringify({ c: 'lookup' }));
    expect(findCdkProject(folder, home).context).toEqual({ a: 'user', b: 'project', c: 'lookup' });
  });

  it('names the file that is not JSON', async () => {
    await writeFile(join(folder, 'cdk.json'), '{ app: }');
    expect(() => findCdkProject(folder, folder)).toThrow(CommandError);
    expect(() => findCdkProject(folder, folder)).toThrow(join(folder, 'cdk.json'));
  });
});

describe('synthEnvironment', () => {
  const project = { folder: '/app', output: '/app/cdk.out', context: { stage: 'dev', kept: true } };

  it('passes context as the CDK does, flags winning, construct paths switched on', () => {
    const env = synthEnvironment(project, { stage: 'prod' }, {});
    expect(env.CDK_OUTDIR).toBe('/app/cdk.out');
    expect(JSON.parse(env.CDK_CONTEXT_JSON)).toEqual({
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      stage: 'prod',
      kept: true,
    });
  });

  it('takes the region that AWS tools would take', () => {
    const region = (env: Record<string, string>) => synthEnvironment(project, {}, env).CDK_DEFAULT_REGION;
    expect(region({})).toBe('us-east-1');
    expect(region({ AWS_DEFAULT_REGION: 'eu-west-1' })).toBe('eu-west-1');
    expect(region({ AWS_DEFAULT_REGION: 'eu-west-1', AWS_REGION: 'eu-north-1' })).toBe('eu-north-1');
  });
});

describe('contextOf', () => {
  it('splits at the first equals sign', () => {
    expect(contextOf(['a=1', 'url=https://x/?q=1'])).toEqual({ a: '1', url: 'https://x/?q=1' });
  });

  it.each(['a', '=1', ''])('refuses %j', (pair) => {
    expect(() => contextOf([pair])).toThrow(CommandError);
  });
});
