import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { differences } from '../../../../cli/commands/local/differences';
import type { LocalFunction } from '../../../../cli/commands/local/profiled-functions';
import type { DeployedFunction } from '../../../../local/types';
import { temporaryFolder } from '../../../support/temporary-folder';

const root = temporaryFolder('differences');

function folder(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name);
}

const own = `nodejs${process.versions.node.split('.')[0]}.x`;

function fn(more: Partial<DeployedFunction>): LocalFunction {
  const deployed = { runtime: own, codeDirectory: folder('empty', { 'index.js': '' }), layerDirectories: [], ...more };
  return { name: 'Checkout', deployed: deployed as unknown as DeployedFunction };
}

it('has nothing to say where all is as on Lambda', () => {
  expect(differences([fn({})], {}, root)).toEqual([]);
});

it('names functions whose Node.js is another one', () => {
  const [note] = differences([fn({}), fn({ runtime: 'nodejs18.x' })], {}, root);
  expect(note).toBe(
    `Functions run with Node.js ${process.versions.node}, as this command does. On Lambda Checkout has nodejs18.x.`,
  );
});

it('names variables that only AWS knows, unless they are set', () => {
  const unknown = fn({ unknownVariables: [{ name: 'KEY', what: 'secret shop' }] });
  expect(differences([unknown], {}, root)).toEqual([
    'Function Checkout: KEY has a placeholder value, because only AWS knows secret shop. Set it with --env KEY=<value>.',
  ]);
  expect(differences([unknown], { KEY: 'x' }, root)).toEqual([]);
});

it('names packages of the AWS SDK that are nowhere, and no others', () => {
  const codeDirectory = folder('code', {
    'index.js': 'var a = require("@aws-sdk/client-s3"); var b = require("@aws-sdk/bundled"); require("lodash");',
    'other.mjs': `import { x } from '@aws-sdk/layered'; import "@smithy/installed"; await import('@aws-sdk/lib-x/dist');`,
    'node_modules/@aws-sdk/bundled/index.js': '',
    'notes.txt': 'require("@aws-sdk/no-code")',
  });
  const layer = folder('layer', { 'nodejs/node_modules/@aws-sdk/layered/index.js': '' });
  const project = folder('project', { 'node_modules/@smithy/installed/index.js': '', 'sub/x': '' });
  expect(differences([fn({ codeDirectory, layerDirectories: [layer] })], {}, join(project, 'sub'))).toEqual([
    'Function Checkout loads @aws-sdk/client-s3, @aws-sdk/lib-x, which Lambda includes and this project does not. Install it: npm install --save-dev @aws-sdk/client-s3 @aws-sdk/lib-x',
  ]);
});
