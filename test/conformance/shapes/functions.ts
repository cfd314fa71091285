import { alone, type Instance, js, mjs } from './shape';

/** What is behind `exports.handler =`. */
const FUNCTIONS: Record<string, string> = {
  'async arrow': 'async (event) => event.n',
  'async function': 'async function (event) { return event.n; }',
  'async named function': 'async function main(event) { return event.n; }',
  'async method': '({ async order(event) { return [event.n, this === undefined]; } }).order',
  'async static method': '(class Shop { static async order(event) { return event.n; } }).order',
  'async private method, bound':
    '(() => { class Shop { #order = async (event) => event.n; get handler() { return this.#order; } } return new Shop().handler; })()',
  'bound method':
    '(() => { class Shop { name = "shop"; async order(event) { return this.name + event.n; } } const shop = new Shop(); return shop.order.bind(shop); })()',
  'bound twice': '(async (event) => event.n).bind(null).bind(1)',
  'bound with arguments': '(async (first, event) => [first, event.n]).bind(null, "first")',
  'function that returns a promise': '(event) => Promise.resolve(event.n)',
  'function that returns a value': '(event) => event.n',
  'function that returns nothing': '(event) => {}',
  'function that returns a thenable': '(event) => ({ then(resolve) { setTimeout(() => resolve(event.n), 2); } })',
  'function that returns a thenable which answers at once': '(event) => ({ then(resolve) { resolve(event.n); } })',
  'function that returns a thenable which fails': '(event) => ({ then(_, reject) { reject(new Error("refused")); } })',
  'function that returns a thenable which throws': '(event) => ({ then() { throw new TypeError("no then"); } })',
  'function that returns a thenable which answers twice':
    '(event) => ({ then(resolve, reject) { resolve(1); resolve(2); reject(new Error("late")); } })',
  'function that returns a thenable which works each time':
    '(() => { let asked = 0; return () => ({ then(resolve) { asked++; setTimeout(() => resolve(asked), 5); } }); })()',
  'function that returns a thenable with more':
    '(event) => ({ then(resolve) { resolve([this.limit, Object.keys(this)]); }, limit: 3, catch() {}, finally() {} })',
  'function that returns a thenable which looks at its arguments':
    '(event) => ({ then(...args) { args[0](args.map((arg) => [typeof arg, arg && arg.name, arg && arg.length])); } })',
  'function that returns a frozen thenable':
    '(event) => Object.freeze({ then: (...args) => Promise.resolve(event.n).then(...args) })',
  'function that returns a callable thenable':
    '(event) => Object.assign(() => {}, { then(resolve) { resolve(event.n); } })',
  'function that returns an instance with then':
    '(event) => new (class Query { #rows = [event.n]; then(resolve) { resolve(this.#rows); } })()',
  'function that returns a proxy of a promise':
    '(event) => { const p = Promise.resolve(event.n); return new Proxy(p, { get: (t, k) => (typeof t[k] === "function" ? t[k].bind(t) : t[k]) }); }',
  'function that returns a getter `then`':
    '(event) => { let reads = 0; return { get then() { reads++; return (resolve) => resolve(reads); } }; }',
  'function that returns a `then` getter which throws': '(event) => ({ get then() { throw new Error("no look"); } })',
  'function that returns a subclass of Promise':
    '(() => { class Task extends Promise { then(...args) { Task.asked = (Task.asked ?? 0) + 1; return super.then(...args); } } return (event) => Task.resolve(event.n).then((n) => [n, Task.asked]); })()',
  'function that returns a promise with another then':
    '(event) => Object.assign(Promise.resolve(1), { then(resolve) { resolve("other then"); } })',
  'function that returns a promise of another realm':
    '(event) => require("node:vm").runInNewContext("Promise.resolve(n)", { n: event.n })',
  'function of another realm': 'require("node:vm").runInNewContext("(async (event) => event.n)")',
  'function by new Function': 'new Function("event", "return Promise.resolve(event.n)")',
  generator: 'function* (event) { yield event.n; return 2; }',
  'async generator': 'async function* (event) { yield event.n; }',
  class: 'class Shop { constructor(event) { this.n = event.n; } }',
  'function that asks how it was called':
    'function (event) { return Promise.resolve([new.target === undefined, this === exports, this === undefined, this === globalThis, arguments.length]); }',
  'strict function that asks how it was called':
    'function (event) { "use strict"; return Promise.resolve([this === exports, this === undefined, arguments.length]); }',
  'function that asks who called it':
    'async function handler() { const { stack } = new Error("here"); return stack.split("\\n").slice(0, 4); }',
  'function that asks how deep it is':
    'async function handler() { Error.stackTraceLimit = 100; return new Error("here").stack.split("\\n").length; }',
  'function that asks for `caller`':
    'function handler() { try { return Promise.resolve(typeof handler.caller); } catch (e) { return Promise.resolve(e.message); } }',
  proxy: 'new Proxy(async (event) => event.n, {})',
  'proxy with a trap':
    'new Proxy(async (event) => event.n, { apply: (target, self, args) => Reflect.apply(target, self, [{ n: "trapped " + args[0].n }]) })',
  'proxy that counts what is asked of it':
    '(() => { const asked = []; return new Proxy(async () => asked, { get(t, k) { asked.push("get " + String(k)); return t[k]; }, has(t, k) { asked.push("has " + String(k)); return k in t; }, getPrototypeOf(t) { asked.push("prototype"); return Object.getPrototypeOf(t); }, ownKeys(t) { asked.push("keys"); return Reflect.ownKeys(t); }, getOwnPropertyDescriptor(t, k) { asked.push("descriptor " + String(k)); return Object.getOwnPropertyDescriptor(t, k); } }); })()',
  'function with another apply':
    'Object.assign(async (event) => event.n, { apply() { return "apply"; }, call() { return "call"; }, bind() { return "bind"; } })',
  'function without prototype': 'Object.setPrototypeOf(async (event) => event.n, null)',
  'frozen function': 'Object.freeze(async (event) => event.n)',
  'function with another name': 'Object.defineProperty(async (event) => event.n, "name", { value: "other" })',
  'function whose length throws':
    'Object.defineProperty(async (event) => event.n, "length", { get() { throw new Error("no length"); } })',
  'function with properties':
    'Object.assign(async (event) => Object.keys(exports.handler), { before: [], use() { return this; } })',
  'function that changes itself':
    'Object.assign(async function handler(event) { exports.handler.count = (exports.handler.count ?? 0) + 1; return exports.handler.count; }, {})',
  'function that is replaced': 'async (event) => { exports.handler = async () => "replaced"; return event.n; }',
  'function that is removed': 'async (event) => { delete exports.handler; return event.n; }',
  'function that looks at itself':
    'async function main(event) { const { handler } = exports; return [handler === main, handler.name, handler.length, handler.toString().length, Object.getPrototypeOf(handler) === Object.getPrototypeOf(main)]; }',
  'built-in function': 'JSON.stringify',
  'built-in function, bound': 'console.log.bind(console, "logged")',
  'promisified function':
    'require("node:util").promisify((event, context, then) => setTimeout(then, 2, null, event.n))',
  'deprecated function': 'require("node:util").deprecate(async (event) => event.n, "is old", "DEP_SHAPE")',
  'debounced function':
    '(() => { let timer; return (event) => new Promise((go) => { clearTimeout(timer); timer = setTimeout(go, 5, event.n); }); })()',
  'function in an async scope':
    '(() => { const { AsyncLocalStorage } = require("node:async_hooks"); const scope = new AsyncLocalStorage(); return (event) => scope.run(event.n, async () => { await null; return scope.getStore(); }); })()',
  'function bound to an async resource': 'require("node:async_hooks").AsyncResource.bind(async (event) => event.n)',
  'no parameters': 'async () => arguments.length',
  'one parameter': 'async (event) => [event.n, exports.handler.length]',
  'two parameters': 'async (event, context) => [context.functionName, exports.handler.length]',
  'three parameters': 'async (event, context, callback) => [typeof callback, exports.handler.length]',
  'four parameters': 'async (event, context, callback, more) => [typeof more, exports.handler.length]',
  'five parameters': 'async (event, context, callback, more, most) => [typeof most, exports.handler.length]',
  'three parameters of a function': '(event, context, callback) => Promise.resolve(typeof callback)',
  'default parameters': 'async (event = {}, context = 1, callback = 2) => [event.n, typeof context, typeof callback]',
  'rest parameters': 'async (...args) => [args.length, args.map((arg) => typeof arg)]',
  'event and rest parameters': 'async (event, ...rest) => [event.n, rest.length, rest.map((arg) => typeof arg)]',
  'destructured parameters': 'async ({ n, missing = "default" }, { awsRequestId: { length } }) => [n, missing, length]',
  'arguments of a function': 'function () { return Promise.resolve([arguments.length, typeof arguments[2]]); }',
  text: '"text"',
  number: '7',
  object: '({})',
  null: 'null',
  undefined: 'undefined',
  'promise of a function': 'Promise.resolve(async () => 1)',
  symbol: 'Symbol("handler")',
};

/** What a handler finds in its context and does with it. */
const CONTEXTS: Record<string, string> = {
  'names of the context': 'async (event, context) => Object.keys(context)',
  'types in the context': 'async (event, context) => Object.entries(context).map(([k, v]) => [k, typeof v])',
  'all properties of the context':
    'async (event, context) => Reflect.ownKeys(context).map((k) => [String(k), Object.getOwnPropertyDescriptor(context, k).writable, Object.getOwnPropertyDescriptor(context, k).enumerable])',
  'functions of the context':
    'async (event, context) => Object.entries(context).filter(([, v]) => typeof v === "function").map(([k, v]) => [k, v.name, v.length, Reflect.ownKeys(v).map(String)])',
  'prototype of the context':
    'async (event, context) => [Object.getPrototypeOf(context) === Object.prototype, Object.isFrozen(context), Object.isExtensible(context)]',
  'context as JSON': 'async (event, context) => JSON.stringify(context).replace(/"logStreamName":"[^"]*"/, "")',
  'a copy of the context': 'async (event, context) => Object.keys({ ...context })',
  'a clone of the context':
    'async (event, context) => { try { return Object.keys(structuredClone(context)); } catch (e) { return e.message; } }',
  'context that is changed':
    'async (event, context) => { context.mine = event.n; context.functionName = "other"; delete context.awsRequestId; return [context.mine, context.functionName, context.awsRequestId]; }',
  'context that is frozen': 'async (event, context) => { Object.freeze(context); return event.n; }',
  'time that is left':
    'async (event, context) => { const ms = context.getRemainingTimeInMillis(); return [ms > 20_000, ms <= 30_000, typeof ms]; }',
  'time that is left, out of the object':
    'async (event, { getRemainingTimeInMillis }) => getRemainingTimeInMillis() > 0',
  'client context': 'async (event, context) => [context.clientContext, context.identity]',
  'event with every value': 'async (event) => [event, Object.getPrototypeOf(event) === Object.prototype]',
  'event that is changed': 'async (event) => { event.n++; delete event.x; return event; }',
  'event that is the answer': 'async (event) => event',
};

/** Events of every kind. */
const EVENTS: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'text ü 漢 👩‍👩‍👧',
  [],
  [1, [2, [3]]],
  {},
  { __proto__: null, a: { b: [null] } },
  { Records: [{ eventSource: 'aws:sqs', body: '{}', messageId: '1' }] },
  { version: '2.0', rawPath: '/orders', requestContext: { http: { method: 'GET', path: '/orders' } }, headers: {} },
  'x'.repeat(100_000),
  { text: '\u2028\u2029\\"\n' },
];

/** The ways to write a function, and to be called. */
export function functions(): Instance[] {
  return [
    ...Object.entries(FUNCTIONS).map(([name, source]) =>
      alone(`function: ${name}`, js(`exports.handler = ${source};`)),
    ),
    ...Object.entries(FUNCTIONS)
      .filter(([, source]) => !/exports|require|arguments\.length$/.test(source))
      .map(([name, source]) => alone(`ES function: ${name}`, mjs(`export const handler = ${source};`))),
    ...Object.entries(CONTEXTS).map(([name, source]) => alone(name, js(`exports.handler = ${source};`))),
    alone('events of every kind', js('exports.handler = async (event) => [typeof event, event];'), { events: EVENTS }),
  ];
}
