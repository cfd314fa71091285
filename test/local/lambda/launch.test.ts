import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startExecutionEnvironment } from '../../../local/lambda/execution-environment';
import { planLaunch, resolveHandler } from '../../../local/lambda/launch';
import { codeDirectory, deployedFunction, json, options, start } from './support/function-under-test';

function layer(files: Record<string, string>): string {
  const directory = codeDirectory({});
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const WRAPPER = 'sampler/handler.mjs';

it('a handler below /opt is found in the last layer that has its file', async () => {
  const answer = (text: string) => `export const handler = async () => '${text}';`;
  const layerDirectories = [layer({ [WRAPPER]: answer('first') }), layer({ [WRAPPER]: answer('second') }), layer({})];
  const fn = deployedFunction({}, { handler: '/opt/sampler/handler.handler', layerDirectories });
  expect(resolveHandler(fn)).toBe(join(layerDirectories[1] ?? '', 'sampler/handler.handler'));
  expect(json((await (await start(fn)).invoke()).payload)).toBe('second');
});

it('a handler below /opt that no layer has is named, with the layers', () => {
  const empty = layer({});
  const fn = deployedFunction({}, { handler: '/opt/sampler/handler.handler', layerDirectories: [empty] });
  expect(() => resolveHandler(fn)).toThrow(`the file of its handler /opt/sampler/handler.handler: sampler/handler.js`);
  expect(() => resolveHandler(fn)).toThrow(`Its layers: ${empty}.`);
});

it.each([
  ['nodejs18.x', 'ric-3'],
  ['nodejs22.x', 'ric-3'],
  ['nodejs24.x', 'ric-4'],
  ['nodejs26.x', 'ric-4'],
])('%s gets AWS runtime client %s', (runtime, client) => {
  const { args } = planLaunch(deployedFunction({}, { runtime }), options).launch('127.0.0.1:1');
  expect(args.at(-1)).toContain(join('assets', 'local', client, 'index.mjs'));
});

it.each(['python3.13', 'nodejs16.x', 'provided.al2023'])('the runtime %s is refused', async (runtime) => {
  await expect(startExecutionEnvironment(deployedFunction({}, { runtime }), options)).rejects.toThrow(
    `its runtime ${runtime} cannot run here. Use a Node.js runtime`,
  );
});

it('missing code is named', async () => {
  const fn = deployedFunction({}, { codeDirectory: '/nowhere/asset.1' });
  await expect(startExecutionEnvironment(fn, options)).rejects.toThrow(
    'its code directory /nowhere/asset.1 is missing',
  );
});

it('a Node.js that cannot be started is named', async () => {
  const started = startExecutionEnvironment(deployedFunction({}), { ...options, nodePath: '/nowhere/node' });
  await expect(started).rejects.toThrow('Cannot start /nowhere/node');
});

it('the function sees what Lambda sets and its own variables, and nothing of this process', async () => {
  process.env.PROFILED_FN_TEST_SECRET = 'leak';
  const fn = deployedFunction(
    {
      'index.mjs': 'export const handler = async () => ({ env: process.env, argv: process.argv, cwd: process.cwd() });',
    },
    { environment: { TABLE: 'orders', TZ: 'Europe/Paris', AWS_REGION: 'mars-1' }, memoryMb: 256 },
  );
  const result = json((await (await start(fn)).invoke()).payload) as {
    env: Record<string, string>;
    argv: string[];
    cwd: string;
  };
  delete process.env.PROFILED_FN_TEST_SECRET;
  const { PATH, NODE_PATH, AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_LOG_STREAM_NAME, ...env } = result.env;
  expect(env).toEqual({
    TABLE: 'orders',
    // A function may set its time zone, but not its region.
    TZ: 'Europe/Paris',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_FUNCTION_NAME: 'OrdersStack-Checkout1A2B3C4D',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/OrdersStack-Checkout1A2B3C4D',
    LAMBDA_RUNTIME_DIR: expect.stringMatching(/ric-4$/),
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    LANG: 'en_US.UTF-8',
    _HANDLER: 'index.handler',
    // Written by the runtime client.
    ...(env._X_AMZN_TRACE_ID ? { _X_AMZN_TRACE_ID: expect.any(String) } : {}),
  });
  expect(AWS_LAMBDA_RUNTIME_API).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(AWS_LAMBDA_LOG_STREAM_NAME).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  expect(PATH).toContain(dirname(process.execPath));
  expect(NODE_PATH).toContain(join(process.cwd(), 'node_modules'));
  expect(result.argv.slice(1)).toEqual([expect.stringMatching(/ric-4.index\.mjs$/)]);
  expect(result.cwd).toBe(fn.codeDirectory);
});

it('a CommonJS function finds modules that Lambda has on board, and those of its layers first', async () => {
  const nodejs = layer({ 'nodejs/node_modules/greeting/index.js': `module.exports = 'from the layer';` });
  const onBoard = layer({
    'greeting/index.js': `module.exports = 'on board';`,
    'sdk/index.js': `module.exports = 'the SDK';`,
  });
  const fn = deployedFunction(
    { 'index.js': `const found = [require('greeting'), require('sdk')]; exports.handler = async () => found;` },
    { layerDirectories: [nodejs] },
  );
  const environment = await start(fn, { modulePaths: [onBoard] });
  expect(json((await environment.invoke()).payload)).toEqual(['from the layer', 'the SDK']);
});
