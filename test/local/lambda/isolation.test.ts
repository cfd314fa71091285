import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { ExecutionEnvironment } from '../../../local/lambda/execution-environment';
import { detectIsolation } from '../../../local/lambda/isolation';
import { planLaunch } from '../../../local/lambda/launch';
import { layersFolder } from '../../../local/lambda/layers';
import { lockedOptions } from '../../../local/lambda/root-folder';
import type { DeployedFunction } from '../../../local/types';
import { codeDirectory, deployedFunction, json, options, start } from './support/function-under-test';

const isolation = await detectIsolation();

/** Files by their paths; `-> target` makes a link. */
function folder(files: Record<string, string>): string {
  const directory = codeDirectory({});
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), path);
    else writeFileSync(path, text);
    if (text.startsWith('#!')) chmodSync(path, 0o755);
  }
  return directory;
}

/** Runs what the event says, in CommonJS. */
const EVALUATE = {
  'index.js': `exports.handler = async ({ code }) => new (async () => {}).constructor('require', code)(require);`,
};

async function evaluate(environment: ExecutionEnvironment, code: string): Promise<unknown> {
  const { payload, error } = await environment.invoke({ code });
  return error ? `${error.errorType}: ${error.errorMessage}` : json(payload);
}

/** Layers as functions have them: those of vendors with scripts, links and modules, one above the other. */
function vendorLayers(): string[] {
  return [
    folder({
      'bin/tool': '#!/bin/sh\necho first tool',
      'nodejs/money.js': 'exports.cents = 1;',
      'nodejs/instrument.cjs': 'globalThis.instrumented = require.resolve("./money.js");',
      'nodejs/node_modules/money/package.json': '{ "name": "money", "version": "1.0.0", "main": "index.js" }',
      'nodejs/node_modules/money/index.js': `module.exports = 'first money';`,
      'nodejs/node_modules/@scope/one/index.js': `module.exports = 'scoped one';`,
      'becomes-a-file/inner': 'x',
    }),
    folder({
      'bin/tool': '#!/bin/sh\necho later tool',
      'bin/linked': '-> tool',
      'nodejs/money.js': 'exports.cents = 2;',
      'nodejs/node_modules/@scope/two/index.js': `module.exports = 'scoped two';`,
      wrapper: '#!/bin/sh\nexport FROM_WRAPPER="$#:$1"\nargs=""\nexec "$@"',
      'becomes-a-file': 'a file',
    }),
  ];
}

it('of layers with the same paths the later one counts, with links and modes, and nothing is lost', () => {
  const layers = vendorLayers();
  const merged = layersFolder(layers);
  expect(readdirSync(merged, { recursive: true }).map(String).sort()).toEqual(
    [
      'becomes-a-file',
      'bin',
      'bin/linked',
      'bin/tool',
      'nodejs',
      'nodejs/instrument.cjs',
      'nodejs/money.js',
      'nodejs/node_modules',
      'nodejs/node_modules/@scope',
      'nodejs/node_modules/@scope/one',
      'nodejs/node_modules/@scope/one/index.js',
      'nodejs/node_modules/@scope/two',
      'nodejs/node_modules/@scope/two/index.js',
      'nodejs/node_modules/money',
      'nodejs/node_modules/money/index.js',
      'nodejs/node_modules/money/package.json',
      'wrapper',
    ].sort(),
  );
  expect(layersFolder(layers)).toBe(merged);
  expect(layersFolder(layers.slice(0, 1))).toBe(layers[0]);
});

it('what restricts the file system that a folder is on is known', () => {
  const info = [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '28 27 0:25 / /dev rw,nosuid,noexec,relatime - tmpfs tmpfs rw',
    '29 27 0:26 / /dev rw,nosuid,relatime - tmpfs tmpfs rw',
  ].join('\n');
  expect(lockedOptions(info)('/usr')).toEqual([]);
  expect(lockedOptions(info)('/dev')).toEqual(['nosuid']);
});

/** A test of the file system; where the machine allows none, of what the command then says: paths are not found. */
function isolatedTest(name: string, run: () => Promise<void>): void {
  const paths = async () => {
    const environment = await start(vendors());
    expect(await evaluate(environment, `return require('/opt/nodejs/money')`)).toMatch(/Cannot find module/);
  };
  it(name, isolation ? run : paths);
}

const vendors = (more: Partial<DeployedFunction> = {}) =>
  deployedFunction(EVALUATE, { runtime: 'nodejs22.x', layerDirectories: vendorLayers(), ...more });

isolatedTest(
  'files of layers are below /opt, however they are named (B03, B05), and the disk is as on Lambda',
  async () => {
    const sdk = folder({ '@aws-sdk/client-s3/index.js': `module.exports = 'the SDK';` });
    const fn = vendors({
      environment: { NODE_OPTIONS: '--require /opt/nodejs/instrument.cjs', AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' },
    });
    const environment = await start(fn, { isolation, modulePaths: [sdk] });
    const results: [code: string, expected: unknown][] = [
      [`return require('/opt/nodejs/money').cents`, 2],
      [`return (await import('/opt/nodejs/money.js')).default.cents`, 2],
      [`return [require('money'), (await import('money')).default]`, ['first money', 'first money']],
      [`return [require('@scope/one'), (await import('@scope/two')).default]`, ['scoped one', 'scoped two']],
      [`return require.resolve('money')`, '/opt/nodejs/node_modules/money/index.js'],
      [`return (await import('@aws-sdk/client-s3')).default`, 'the SDK'],
      [`return globalThis.instrumented`, '/opt/nodejs/money.js'],
      [`return process.env.FROM_WRAPPER`, '8:/var/lang/bin/node'],
      [`return String(require('child_process').execFileSync('/opt/bin/tool'))`, 'later tool\n'],
      [`return String(require('child_process').execFileSync('linked'))`, 'later tool\n'],
      [`return require('fs').readdirSync('/var/task')`, ['index.js']],
      [`return [process.cwd(), __filename = require.resolve('/var/task')]`, ['/var/task', '/var/task/index.js']],
      [
        `return process.argv.concat(process.execPath)`,
        ['/var/lang/bin/node', '/var/runtime/index.mjs', '/var/lang/bin/node'],
      ],
      [`require('fs').writeFileSync('/tmp/x', 'kept'); return require('fs').readFileSync('/tmp/x', 'utf8')`, 'kept'],
      ...['/var/task/x', '/opt/x', '/var/x', '/usr/x', '/x'].map((path): [string, unknown] => [
        `try { require('fs').writeFileSync('${path}', '') } catch (error) { return error.code }`,
        expect.stringMatching(/EROFS|EACCES/),
      ]),
      [`return require('fs').readdirSync('/tmp')`, ['x']],
      [`return require('fs').existsSync(require('os').homedir() + '/.aws')`, false],
    ];
    const got = [];
    for (const [code] of results) got.push([code, await evaluate(environment, code)]);
    expect(got).toEqual(results);
    expect(environment.log).toEqual([]);
  },
);

isolatedTest('the environment and the command line are those of Lambda', async () => {
  const fn = vendors({ environment: { LD_PRELOAD: '' } });
  const environment = await start(fn, { isolation });
  const env = (await evaluate(environment, 'return process.env')) as Record<string, string>;
  expect(env).toMatchObject({
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    NODE_PATH:
      '/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task',
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    PWD: '/var/task',
    SHLVL: '0',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
  });
  expect(Object.keys(env)).not.toEqual(expect.arrayContaining(['OLDPWD']));
  expect(await evaluate(environment, 'return process.execArgv')).toEqual([
    '--expose-gc',
    '--max-http-header-size=81920',
    '--max-semi-space-size=6',
    '--max-old-space-size=116',
    ...(process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
      ? ['--no-experimental-require-module']
      : []),
    ...(process.allowedNodeEnvironmentFlags.has('--experimental-detect-module')
      ? ['--no-experimental-detect-module']
      : []),
  ]);
  // Only the SDK of the project's modules is on board.
  expect(await evaluate(environment, `return require('vitest')`)).toMatch(/Cannot find module 'vitest'/);
  expect(await evaluate(environment, `return require.resolve('@aws-sdk/client-s3')`)).toMatch(/@aws-sdk/);
});

isolatedTest('nothing of it is left on the machine', async () => {
  const fn = vendors();
  const environment = await start(fn, { isolation });
  const pid = environment.pid;
  const inside = `/proc/${pid}/root/tmp`;
  expect(existsSync(inside)).toBe(true);
  await evaluate(environment, `require('fs').writeFileSync('/tmp/left-behind', '')`);
  await environment.close();
  expect(existsSync('/tmp/left-behind')).toBe(false);
  expect(existsSync(inside)).toBe(false);
});

it('a feature that Lambda turns off is on where the function asks for it', () => {
  const flags = (runtime: string, NODE_OPTIONS?: string) =>
    planLaunch(deployedFunction({}, { runtime, environment: NODE_OPTIONS ? { NODE_OPTIONS } : {} }), options)
      .launch('127.0.0.1:1')
      .args.filter((arg) => arg.startsWith('--no-'));
  expect(flags('nodejs20.x')).toEqual(['--no-experimental-require-module']);
  expect(flags('nodejs22.x', '--experimental-require-module')).not.toContain('--no-experimental-require-module');
  expect(flags('nodejs24.x')).toEqual([]);
});

it('without isolation, what names /opt before the code runs is found in the layers (B05)', async () => {
  const fn = vendors({
    environment: { NODE_OPTIONS: '--require /opt/nodejs/instrument.cjs', AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' },
  });
  const environment = await start(fn);
  expect(await evaluate(environment, 'return [Boolean(globalThis.instrumented), process.env.FROM_WRAPPER]')).toEqual([
    true,
    `8:${process.execPath}`,
  ]);
  expect(await evaluate(environment, `return String(require('child_process').execFileSync('linked'))`)).toBe(
    'later tool\n',
  );
});
