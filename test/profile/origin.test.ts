import { expect, it } from 'vitest';
import { originOf } from '../../profile/analysis/origin';

it.each([
  ['handler', '/var/task/src/orders.ts', 'own', ''],
  ['handler', 'C:\\app\\orders.js', 'own', ''],
  ['render', '/var/task/node_modules/mustache/mustache.js', 'dependency', 'mustache'],
  ['send', '/var/task/node_modules/@aws-sdk/client-s3/dist/index.js', 'dependency', '@aws-sdk/client-s3'],
  ['inner', '/app/node_modules/outer/node_modules/inner/index.js', 'dependency', 'inner'],
  ['pnpm', '/app/node_modules/.pnpm/ms@2.1.3/node_modules/ms/index.js', 'dependency', 'ms'],
  ['windows', 'C:\\app\\node_modules\\ms\\index.js', 'dependency', 'ms'],
  ['relative', 'node_modules/ms/index.js', 'dependency', 'ms'],
  ['next', '/var/runtime/index.mjs', 'dependency', 'Lambda runtime'],
  ['wrapped', '/opt/profiled-fn/handler.mjs', 'dependency', 'profiled-fn'],
  ['shared', '/opt/nodejs/shared.js', 'dependency', 'Lambda layer'],
  ['readFileSync', 'node:fs', 'node', ''],
  ['JSON.parse', '', 'node', ''],
  ['(idle)', '', 'idle', ''],
  ['(garbage collector)', '', 'gc', ''],
  ['(program)', '', 'program', ''],
  ['(not sampled)', '', 'program', ''],
  ['(waiting: POST s3.amazonaws.com)', '', 'wait', ''],
  ['(waiting: timer)', '/var/task/named-like-it.js', 'own', ''],
  ['constructor', '', 'node', ''],
  ['(idle)', '/var/task/named-like-it.js', 'own', ''],
])('%s of %s is %s %s', (name, file, kind, packageName) => {
  expect(originOf(name, file)).toEqual({ kind, package: packageName });
});
