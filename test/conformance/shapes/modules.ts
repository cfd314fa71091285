import { transformSync } from 'esbuild';
import ts from 'typescript';
import { alone, type Instance, js, mjs } from './shape';

const H = 'async (event) => ({ n: event.n })';

/** CommonJS modules whose `handler` is looked for. */
const COMMONJS: Record<string, string> = {
  'exports.handler': `exports.handler = ${H};`,
  'module.exports.handler': `module.exports.handler = ${H};`,
  'module.exports': `module.exports = { handler: ${H} };`,
  'a function declaration': 'async function handler(event) { return event.n; } module.exports = { handler };',
  'a getter': `Object.defineProperty(exports, 'handler', { enumerable: true, get: () => ${H} });`,
  'a getter that is not listed': `Object.defineProperty(exports, 'handler', { get: () => ${H} });`,
  'a getter that counts': `let reads = 0; Object.defineProperty(exports, 'handler', { enumerable: true, get: () => { const read = ++reads; return async () => [read, reads]; } });`,
  'a getter that throws': `Object.defineProperty(exports, 'handler', { enumerable: true, get: () => { throw new Error('not yet'); } });`,
  'a class with a static method': `module.exports = class Shop { static async handler(event) { return event.n; } };`,
  'an instance': `module.exports = new (class Shop { name = 'shop'; async handler(event) { return [event.n, this === module.exports]; } })();`,
  'an instance with an arrow': `module.exports = new (class Shop { name = 'shop'; handler = async (event) => this.name + event.n; })();`,
  'an inherited handler': `module.exports = Object.create({ handler: ${H} });`,
  'a function with a handler': `module.exports = Object.assign(() => {}, { handler: ${H} });`,
  'a frozen object': `module.exports = Object.freeze({ handler: ${H} });`,
  'an object without prototype': `module.exports = Object.assign(Object.create(null), { handler: ${H} });`,
  'a proxy': `module.exports = new Proxy({}, { get: (_, name) => (name === 'handler' ? ${H} : undefined) });`,
  'a proxy that throws': `module.exports = new Proxy({ handler: ${H} }, { get() { throw new Error('no exports'); } });`,
  'a map': `module.exports = new Map([['handler', ${H}]]);`,
  'a default export': `exports.default = { handler: ${H} };`,
  'a default export of a transpiler': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { handler: ${H} };`,
  'a default export beside a handler': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = { handler: async () => 'default' }; exports.handler = async () => 'named';`,
  'a promise': `module.exports = Promise.resolve({ handler: ${H} });`,
  'a function only': `module.exports = ${H};`,
  'a string': `module.exports = 'text';`,
  'a number': 'module.exports = 0;',
  false: 'module.exports = false;',
  null: 'module.exports = null;',
  undefined: 'module.exports = undefined;',
  nothing: '',
  'another name': `exports.other = ${H};`,
  'a handler that comes later': `setTimeout(() => { exports.handler = ${H}; }, 1);`,
  'a handler in process.nextTick': `process.nextTick(() => { exports.handler = ${H}; });`,
  'exports that are replaced in vain': `exports = { handler: ${H} };`,
  'a module of its own kind': `require.extensions['.shop'] = (module) => { module.exports = { handler: ${H} }; }; module.exports = require('./orders.shop');`,
  'a module that is required in a circle': `exports.handler = ${H}; exports.other = require('./other.js');`,
  'a module that requires itself': `exports.handler = async () => require('./index.js') === module.exports;`,
  'a module that is the main module': `exports.handler = async () => [require.main === module, module.parent === null, module.children.length, module.id === __filename];`,
  'a module that looks at require': `exports.handler = async () => [Object.keys(require), require.resolve('./other.js') === __dirname + '/other.js', typeof require.cache, module.paths[0] === __dirname + '/node_modules'];`,
  'a module that lists what is loaded': `exports.handler = async () => Object.keys(require.cache).map((path) => path.replace(__dirname, '')).filter((path) => !path.includes('/ric-'));`,
  'a module that is loaded again': `delete require.cache[__filename]; exports.handler = async () => { delete require.cache[require.resolve('./other.js')]; return require('./other.js').name; };`,
  'a module that imports': `exports.handler = async () => (await import('./more.mjs')).default;`,
  'a module that imports JSON': `exports.handler = async () => require('./data.json');`,
  'a strict module': `'use strict'; exports.handler = async function () { return this === undefined; };`,
  'a module with a hashbang': `#!/usr/bin/env node\nexports.handler = ${H};`,
  'a module with a byte order mark': `\uFEFFexports.handler = ${H};`,
  'a module with Windows line ends': `'use strict';\r\nexports.handler = async () => {\r\n  throw new Error('third line');\r\n};\r\n`,
  'a module that returns early': `exports.handler = ${H}; return; exports.handler = 1;`,
  'a module that exits': 'process.exit(4);',
  'a module that exits well': 'process.exit(0);',
  'a module that aborts': 'process.kill(process.pid, "SIGKILL"); for (;;);',
  'a module with a syntax error': 'exports.handler = async () => {',
  'a module with a syntax error in another': `require('./broken.js'); exports.handler = ${H};`,
  'a module that misses another': `require('not-there'); exports.handler = ${H};`,
  'a module that misses a file': `require('./not-there.js'); exports.handler = ${H};`,
  'a module that requires an ES module': `const more = require('./more.mjs'); exports.handler = async () => more.default;`,
  'a module that requires an ES module with top-level await': `const more = require('./slow.mjs'); exports.handler = async () => more.default;`,
  'a module with an import': `import './more.mjs'; exports.handler = ${H};`,
  'a module with export': `export const handler = ${H};`,
  'a module with top-level await': `await null; exports.handler = ${H};`,
  'a module with import.meta': `exports.handler = async () => import.meta.url;`,
  'a webpack bundle': `(()=>{var e={1:(e,t)=>{t.handler=async e=>({n:e.n})}},t={};function r(n){var o=t[n];if(void 0!==o)return o.exports;var s=t[n]={exports:{}};return e[n](s,s.exports,r),s.exports}var n=r(1);module.exports=n})();`,
  'a UMD module': `(function (root, factory) { if (typeof define === 'function' && define.amd) define(factory); else if (typeof exports === 'object') module.exports = factory(); else root.shop = factory(); })(this, () => ({ handler: ${H} }));`,
};

const OTHER_FILES: Record<string, string> = {
  'other.js': `exports.name = 'other'; exports.index = Object.keys(require('./index.js'));`,
  'orders.shop': '',
  'broken.js': 'const a = ;',
  'data.json': '{"from":"JSON"}',
  'more.mjs': `export default 'more';`,
  'slow.mjs': `await new Promise((go) => setTimeout(go, 5)); export default 'slow';`,
};

/** ES modules whose `handler` is looked for. */
const ES: Record<string, string> = {
  'a constant': `export const handler = ${H};`,
  'a function': 'export async function handler(event) { return event.n; }',
  'a list': `const main = ${H}; export { main as handler };`,
  'a name in quotes': `const main = ${H}; export { main as 'handler' };`,
  'a variable that changes': `export let handler = async () => { handler = async () => 'changed'; return 'first'; };`,
  'a variable that is set late': `export let handler; setTimeout(() => { handler = ${H}; }, 1);`,
  'a variable that is set after a wait': `export let handler; await null; handler = ${H};`,
  'a default export': `export default { handler: ${H} };`,
  'a default export beside a handler': `export default { handler: async () => 'default' }; export const handler = async () => 'named';`,
  'a default export that is a class': 'export default class Shop { static async handler(event) { return event.n; } }',
  'a default export that is null': 'export default null;',
  're-exports': `export * from './named.mjs';`,
  're-exports of one': `export { main as handler } from './named.mjs';`,
  're-exports of CommonJS': `export { handler } from './common.cjs';`,
  're-exports of all of CommonJS': `export * from './common.cjs';`,
  'a namespace': `export * as handler from './named.mjs';`,
  'top-level await': `const n = await Promise.resolve(1); export const handler = async (event) => event.n + n;`,
  'top-level await of a timer': `import { setTimeout } from 'node:timers/promises'; await setTimeout(20); export const handler = ${H};`,
  'top-level await of a file': `import { readFile } from 'node:fs/promises'; const text = await readFile(new URL('./data.json', import.meta.url), 'utf8'); export const handler = async () => text;`,
  'top-level await that rejects': `await Promise.reject(new RangeError('at init')); export const handler = ${H};`,
  'top-level await of another module that rejects': `import './rejects.mjs'; export const handler = ${H};`,
  'top-level await that never ends': `await new Promise(() => {}); export const handler = ${H};`,
  'import.meta': `export const handler = async () => [Object.keys(import.meta).sort(), import.meta.url.split('/').pop(), import.meta.resolve('./named.mjs').split('/').pop()];`,
  'a dynamic import': `export const handler = async () => (await import('./named.mjs')).name;`,
  'a dynamic import that fails': `export const handler = async () => import('./not-there.mjs');`,
  'a dynamic import with a query': `export const handler = async ({ n }) => (await import('./named.mjs?' + n)).name;`,
  'a data: module': `import { name } from 'data:text/javascript,export const name = "data"'; export const handler = async () => name;`,
  JSON: `import data from './data.json' with { type: 'json' }; export const handler = async () => data;`,
  createRequire: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); export const handler = async () => require('./common.cjs').name;`,
  'what CommonJS has': `export const handler = async () => [typeof require, typeof module, typeof exports, typeof __filename, typeof this];`,
  'a circle': `import { back } from './circle.mjs'; export const name = 'index'; export const handler = async () => back();`,
  'a missing package': `import 'not-there'; export const handler = ${H};`,
  'a missing file': `import './not-there.mjs'; export const handler = ${H};`,
  'a missing export': `import { nothing } from './named.mjs'; export const handler = ${H};`,
  'a missing export of CommonJS': `import { nothing } from './common.cjs'; export const handler = ${H};`,
  'a syntax error': 'export const handler = async () => {',
  'an assignment to an import': `import { name } from './named.mjs'; name = 1; export const handler = ${H};`,
  'no handler': `export const other = ${H};`,
  'a handler that is no function': `export const handler = { async call() { return 1; } };`,
  'a module that exits': 'process.exit(4);',
  'a function that throws': `async function pay() { throw new Error('declined'); } export async function handler() { await pay(); }`,
  'a function that throws in another module': `import { fail } from './named.mjs'; export const handler = async () => { await fail(); };`,
};

const OTHER_ES_FILES: Record<string, string> = {
  'named.mjs': `export const name = 'named'; export const main = ${H}; export const handler = main; export async function fail() { throw new TypeError('elsewhere'); }`,
  'common.cjs': `exports.name = 'common'; exports.handler = ${H};`,
  'rejects.mjs': `await Promise.reject(new Error('elsewhere'));`,
  'circle.mjs': `import { name } from './index.mjs'; export const back = () => 'back to ' + name;`,
  'data.json': '{"from":"JSON"}',
};

/** Handler strings, and the files that they find or miss. */
const PATHS: Record<string, { handler: string; files: Record<string, string> }> = {
  'in a folder': { handler: 'src/index.handler', files: { 'src/index.js': `exports.handler = ${H};` } },
  'in folders': { handler: 'a/b/c/index.handler', files: { 'a/b/c/index.js': `exports.handler = ${H};` } },
  'from ./': { handler: './index.handler', files: js(`exports.handler = ${H};`) },
  'from ./ in a folder': { handler: './src/index.handler', files: { 'src/index.mjs': `export const handler = ${H};` } },
  'from /': { handler: '/index.handler', files: js(`exports.handler = ${H};`) },
  above: { handler: '../index.handler', files: js(`exports.handler = ${H};`) },
  'without an export': { handler: 'index', files: js(`exports.handler = ${H};`) },
  'with an empty export': { handler: 'index.', files: js(`exports.handler = ${H};`) },
  'without a file': { handler: '.handler', files: js(`exports.handler = ${H};`) },
  'a folder only': { handler: 'src/', files: { 'src/index.js': `exports.handler = ${H};` } },
  'nested exports': { handler: 'index.shop.orders.create', files: js(`exports.shop = { orders: { create: ${H} } };`) },
  'nested exports with a class': {
    handler: 'index.Shop.orders.create',
    files: js(`exports.Shop = class { static orders = { create: ${H} }; };`),
  },
  'nested exports with a getter': {
    handler: 'index.shop.create',
    files: js(`exports.shop = { get create() { return ${H}; } };`),
  },
  'nested exports in a function': {
    handler: 'index.shop.create',
    files: js(`exports.shop = Object.assign(() => {}, { create: ${H} });`),
  },
  'nested exports of an ES module': {
    handler: 'index.shop.create',
    files: mjs(`export const shop = { create: ${H} };`),
  },
  'nested exports of a default export': {
    handler: 'index.default.create',
    files: mjs(`export default { create: ${H} };`),
  },
  'a default export': { handler: 'index.default', files: mjs(`export default ${H};`) },
  'a default export of CommonJS': { handler: 'index.default', files: js(`exports.default = ${H};`) },
  'a nested export that is not there': { handler: 'index.shop.missing.create', files: js('exports.shop = {};') },
  'a nested export of null': { handler: 'index.shop.create', files: js('exports.shop = null;') },
  'a nested export of text': { handler: 'index.shop.at', files: js('exports.shop = "text";') },
  'with this of its object': {
    handler: 'index.shop.create',
    files: js('exports.shop = { name: "shop", create() { return Promise.resolve(this && this.name); } };'),
  },
  'a method of Object': { handler: 'index.toString', files: js('exports.other = 1;') },
  'a prototype': { handler: 'index.__proto__.hasOwnProperty', files: js('exports.other = 1;') },
  'a constructor': { handler: 'index.constructor', files: js('exports.other = 1;') },
  'names in other languages': { handler: 'bestellung.größe', files: { 'bestellung.js': `exports.größe = ${H};` } },
  'a file in other languages': { handler: 'größe.handler', files: { 'größe.js': `exports.handler = ${H};` } },
  'a file with a blank': { handler: 'my index.handler', files: { 'my index.js': `exports.handler = ${H};` } },
  'a file with a hash': { handler: 'a#b.handler', files: { 'a#b.js': `exports.handler = ${H};` } },
  'a file with a percent sign': { handler: 'a%20b.handler', files: { 'a%20b.mjs': `export const handler = ${H};` } },
  'a file with a question mark': { handler: 'a?b.handler', files: { 'a?b.js': `exports.handler = ${H};` } },
  'an export with a dash': { handler: 'index.my-handler', files: js(`exports['my-handler'] = ${H};`) },
  'an export with a blank': { handler: 'index.my handler', files: js(`exports['my handler'] = ${H};`) },
  'a folder with a dot': { handler: 'v1.2/index.handler', files: { 'v1.2/index.js': `exports.handler = ${H};` } },
  'a file without ending': { handler: 'index.handler', files: { index: `exports.handler = ${H};` } },
  'a file without ending that fails': { handler: 'index.handler', files: { index: `throw new Error('at init');` } },
  '.cjs': {
    handler: 'index.handler',
    files: { 'index.cjs': `exports.handler = async () => __filename.endsWith('index.cjs');` },
  },
  '.mjs': {
    handler: 'index.handler',
    files: mjs(`export const handler = async () => import.meta.url.endsWith('index.mjs');`),
  },
  '.js before .mjs': {
    handler: 'index.handler',
    files: { ...js(`exports.handler = async () => 'js';`), ...mjs(`export const handler = async () => 'mjs';`) },
  },
  '.mjs before .cjs': {
    handler: 'index.handler',
    files: { 'index.cjs': `exports.handler = async () => 'cjs';`, ...mjs(`export const handler = async () => 'mjs';`) },
  },
  'no ending before .js': {
    handler: 'index.handler',
    files: { index: `exports.handler = async () => 'none';`, ...js(`exports.handler = async () => 'js';`) },
  },
  '.json': { handler: 'index.handler', files: { 'index.json': '{"handler":1}' } },
  '.ts': { handler: 'index.handler', files: { 'index.ts': `export const handler = ${H};` } },
  'a folder with index.js': { handler: 'shop.handler', files: { 'shop/index.js': `exports.handler = ${H};` } },
  'a file before a folder': {
    handler: 'shop.handler',
    files: {
      'shop.js': `exports.handler = async () => 'file';`,
      'shop/index.js': `exports.handler = async () => 'folder';`,
    },
  },
  'a package': { handler: 'shop.handler', files: { 'node_modules/shop/index.js': `exports.handler = ${H};` } },
  'a package with main': {
    handler: 'shop.handler',
    files: {
      'node_modules/shop/package.json': '{"main":"lib/main.js"}',
      'node_modules/shop/lib/main.js': `exports.handler = ${H};`,
    },
  },
  'a package in a scope': {
    handler: '@acme/shop.handler',
    files: { 'node_modules/@acme/shop/index.js': `exports.handler = ${H};` },
  },
  'a package that is an ES module': {
    handler: 'shop.handler',
    files: {
      'node_modules/shop/package.json': '{"type":"module","exports":"./main.js"}',
      'node_modules/shop/main.js': `export const handler = ${H};`,
    },
  },
  'in node_modules': {
    handler: 'node_modules/shop/index.handler',
    files: { 'node_modules/shop/index.js': `exports.handler = ${H};` },
  },
  'type module': {
    handler: 'index.handler',
    files: { 'package.json': '{"type":"module"}', ...js(`export const handler = async () => typeof require;`) },
  },
  'type module with CommonJS': {
    handler: 'index.handler',
    files: { 'package.json': '{"type":"module"}', ...js(`exports.handler = ${H};`) },
  },
  'type commonjs': {
    handler: 'index.handler',
    files: { 'package.json': '{"type":"commonjs"}', ...js(`exports.handler = async () => typeof require;`) },
  },
  'type commonjs with an ES module': {
    handler: 'index.handler',
    files: { 'package.json': '{"type":"commonjs"}', ...js(`export const handler = ${H};`) },
  },
  'type module in a folder': {
    handler: 'src/index.handler',
    files: { 'src/package.json': '{"type":"module"}', 'src/index.js': `export const handler = ${H};` },
  },
  'a broken package.json': {
    handler: 'index.handler',
    files: { 'package.json': '{', ...js(`exports.handler = ${H};`) },
  },
  'imports of package.json': {
    handler: 'index.handler',
    files: {
      'package.json': '{"imports":{"#shop":"./shop.js"}}',
      'shop.js': `exports.name = 'shop';`,
      ...js(`exports.handler = async () => require('#shop').name;`),
    },
  },
  'a missing file': { handler: 'missing.handler', files: js(`exports.handler = ${H};`) },
  'a missing folder': { handler: 'missing/index.handler', files: js(`exports.handler = ${H};`) },
  'a missing export': { handler: 'index.missing', files: js(`exports.handler = ${H};`) },
  'a missing export of an ES module': { handler: 'index.missing', files: mjs(`export const handler = ${H};`) },
};

const TYPESCRIPT = `
interface Order { n: number }
enum Size { Small = 1, Large }
class ShopError extends Error {
  constructor(message: string, readonly size: Size) { super(message); this.name = 'ShopError'; }
}
abstract class Shop {
  static #open = true;
  protected abstract price(order: Order): Promise<number>;
  async order(order: Order): Promise<number> {
    if (!Shop.#open) throw new ShopError('closed', Size.Large);
    return (await this.price(order)) * Size.Large;
  }
}
class BookShop extends Shop {
  protected async price({ n }: Order): Promise<number> {
    if (n === 2) throw new ShopError('sold out', Size.Small);
    return n;
  }
}
const shop = new BookShop();
export const handler = async (order: Order): Promise<number> => shop.order(order);
`;

const COMPILERS: Record<string, () => Record<string, string>> = {
  'TypeScript, CommonJS': () => js(compiled(ts.ModuleKind.CommonJS, ts.ScriptTarget.ES2022)),
  'TypeScript, ES5': () => js(compiled(ts.ModuleKind.CommonJS, ts.ScriptTarget.ES5)),
  'TypeScript, ES2017': () => js(compiled(ts.ModuleKind.CommonJS, ts.ScriptTarget.ES2017)),
  'TypeScript, ES module': () => mjs(compiled(ts.ModuleKind.ES2022, ts.ScriptTarget.ES2022)),
  'TypeScript, UMD': () => js(compiled(ts.ModuleKind.UMD, ts.ScriptTarget.ES2022)),
  'TypeScript, AMD': () => js(compiled(ts.ModuleKind.AMD, ts.ScriptTarget.ES2022)),
  'TypeScript with a source map': () => js(compiled(ts.ModuleKind.CommonJS, ts.ScriptTarget.ES2022, true)),
  'esbuild, CommonJS': () => js(bundled('cjs', false)),
  'esbuild, CommonJS, minified': () => js(bundled('cjs', true)),
  'esbuild, ES module': () => mjs(bundled('esm', false)),
  'esbuild, ES module, minified': () => mjs(bundled('esm', true)),
  'esbuild, minified, with a source map': () => js(bundled('cjs', true, 'inline')),
  'esbuild, names kept': () =>
    js(transformSync(TYPESCRIPT, { loader: 'ts', format: 'cjs', minify: true, keepNames: true }).code),
};

function compiled(module: ts.ModuleKind, target: ts.ScriptTarget, inlineSourceMap = false): string {
  return ts.transpileModule(TYPESCRIPT, { compilerOptions: { module, target, inlineSourceMap } }).outputText;
}

function bundled(format: 'cjs' | 'esm', minify: boolean, sourcemap: 'inline' | false = false): string {
  return transformSync(TYPESCRIPT, { loader: 'ts', format, minify, sourcemap, sourcefile: 'shop.ts' }).code;
}

/** The ways to export a handler, to be found, and to be compiled. */
export function modules(): Instance[] {
  const slow = { timeoutSeconds: 2 };
  return [
    ...Object.entries(COMMONJS).map(([name, text]) => alone(`CommonJS: ${name}`, { ...OTHER_FILES, ...js(text) })),
    ...Object.entries(ES).map(([name, text]) =>
      alone(`ES module: ${name}`, { ...OTHER_ES_FILES, ...mjs(text) }, name.includes('never') ? slow : {}),
    ),
    ...Object.entries(PATHS).map(([name, { handler, files }]) => alone(`handler string: ${name}`, files, { handler })),
    ...Object.entries(COMPILERS).map(([name, files]) => alone(name, files())),
    ...Object.entries(COMPILERS)
      .filter(([name]) => name.includes('source map'))
      .map(([name, files]) =>
        alone(`${name}, that Node.js applies`, files(), { environment: { NODE_OPTIONS: '--enable-source-maps' } }),
      ),
  ];
}
