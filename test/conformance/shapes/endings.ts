import { alone, hasCallbacks, type Instance, js, mjs, together } from './shape';

/** What a handler may answer, as the source of an expression. */
const VALUES: Record<string, string> = {
  undefined: 'undefined',
  null: 'null',
  true: 'true',
  false: 'false',
  zero: '0',
  'negative zero': '-0',
  'a fraction': '0.1 + 0.2',
  'a large number': '2 ** 60',
  NaN: 'NaN',
  Infinity: '-Infinity',
  'an empty string': '""',
  'a string': '"text"',
  'letters of other languages': '"ü ж 漢"',
  'an emoji': '"👩‍👩‍👧"',
  'half of a surrogate pair': '"\\ud83d"',
  'line separators': '"\\u2028\\u2029\\r\\n\\t\\0"',
  'a BigInt': '10n',
  'a BigInt within': '({ n: [1n] })',
  'a symbol': 'Symbol("s")',
  'a function': '(() => 1)',
  'a class': 'class Order {}',
  'a date': 'new Date(0)',
  'an invalid date': 'new Date(NaN)',
  'a regular expression': '/a/g',
  'a map': 'new Map([[1, 2]])',
  'a set': 'new Set([1])',
  'a weak map': 'new WeakMap()',
  'an error': 'Object.assign(new Error("a value"), { code: 7 })',
  'a buffer': 'Buffer.from("bytes")',
  'a typed array': 'new Float64Array([1, NaN])',
  'an array buffer': 'new ArrayBuffer(8)',
  'an empty object': '({})',
  'an empty array': '[]',
  'what is nested': '({ a: [{ b: { c: [[], {}] } }] })',
  'an array with holes': '[1, , 3]',
  'undefined in an object': '({ a: undefined, b: [undefined] })',
  'a circle': '(() => { const a = { name: "a" }; a.b = { a }; return a; })()',
  toJSON: '({ toJSON() { return { made: "by toJSON" }; } })',
  'toJSON that gives undefined': '({ toJSON() {} })',
  'toJSON that throws': '({ toJSON() { throw new RangeError("no JSON of it"); } })',
  'a getter': '({ get a() { return 1; } })',
  'a getter that throws': '({ get a() { throw new TypeError("no a"); } })',
  'an object without prototype': 'Object.assign(Object.create(null), { a: 1 })',
  'a frozen object': 'Object.freeze({ a: [1] })',
  'a proxy': 'new Proxy({ a: 1 }, {})',
  'a proxy that throws': 'new Proxy({}, { ownKeys() { throw new Error("no keys"); } })',
  'a boxed string': 'new String("boxed")',
  'an instance of a class': 'new (class Order { #hidden = 1; id = 2; get total() { return 3; } })()',
  'an iterator': '[1, 2][Symbol.iterator]()',
  'a generator': '(function* () { yield 1; })()',
  'an async generator': '(async function* () { yield 1; })()',
  'a stream': 'require("node:stream").Readable.from(["a"])',
  'a response of fetch': 'new Response("body")',
  'a URL': 'new URL("https://example.com/a?b=c")',
  '__proto__ as a name': 'JSON.parse(\'{"__proto__":{"a":1}}\')',
  'a `then` that is no function': '({ then: "later" })',
  'an answer for API Gateway': '({ statusCode: 201, headers: { "content-type": "text/plain" }, body: "made" })',
  'an answer for API Gateway in base64': '({ statusCode: 200, isBase64Encoded: true, body: "AAEC" })',
  'an answer for SQS': '({ batchItemFailures: [{ itemIdentifier: "1" }] })',
  'an IAM policy': '({ principalId: "me", policyDocument: { Version: "2012-10-17", Statement: [] } })',
  'a megabyte': '"x".repeat(2 ** 20)',
  'more than Lambda takes': '"x".repeat(7 * 2 ** 20)',
  'ten thousand levels of arrays': '(() => { let a = []; for (let i = 0; i < 10_000; i++) a = [a]; return a; })()',
  'a module': 'require("node:path").posix',
  'the event': 'event',
  'the context': '({ ...context, logStreamName: 0, awsRequestId: 0, getRemainingTimeInMillis: 0 })',
  globalThis: 'Object.keys(globalThis)',
};

/** What may be thrown, as the source of an expression. */
const THROWN: Record<string, string> = {
  'an error': 'new Error("sold out")',
  'a TypeError': 'new TypeError("no order")',
  'an error without message': 'new Error()',
  'an error of several lines': 'new Error("one\\ntwo\\n\\tthree")',
  'an error in other languages': 'new Error("ausverkauft: ü ж 漢 👩‍👩‍👧")',
  'an error with a long message': 'new Error("x".repeat(10_000))',
  'a class of errors': 'new (class ShopError extends Error { name = "ShopError"; code = 7; })("sold out")',
  'a class of errors without a name': 'new (class ShopError extends Error {})("sold out")',
  'a class of errors by util.inherits':
    '(() => { function Old(m) { Error.captureStackTrace(this, Old); this.message = m; } require("node:util").inherits(Old, Error); return new Old("old"); })()',
  'an error with properties':
    'Object.assign(new Error("more"), { code: "E_MORE", statusCode: 404, details: { a: [1] } })',
  'an error with a cause': 'new Error("outer", { cause: new RangeError("inner") })',
  'an error whose cause is its own': '(() => { const e = new Error("own"); e.cause = e; return e; })()',
  'an AggregateError': 'new AggregateError([new Error("a"), "b"], "several")',
  'a frozen error': 'Object.freeze(new Error("frozen"))',
  'a sealed error': 'Object.seal(new Error("sealed"))',
  'an error without stack': '(() => { const e = new Error("bare"); delete e.stack; return e; })()',
  'an error with a stack of its own': 'Object.assign(new Error("mine"), { stack: "Mine: all of it\\n    at nowhere" })',
  'an error with a stack that is a number': 'Object.assign(new Error("odd"), { stack: 7 })',
  'an error with a stack that is null': 'Object.assign(new Error("odd"), { stack: null })',
  'an error whose stack throws':
    'Object.defineProperty(new Error("hostile"), "stack", { get() { throw new Error("no stack"); } })',
  'an error whose name throws':
    'Object.defineProperty(new Error("hostile"), "name", { get() { throw new Error("no name"); } })',
  'an error whose message is an object': 'Object.assign(new Error(), { message: { a: 1 } })',
  'an error whose name is empty': 'Object.assign(new Error("anonymous"), { name: "" })',
  'an error with toJSON': 'Object.assign(new Error("json"), { toJSON() { return { mine: true }; } })',
  'an error with a circle': '(() => { const e = new Error("circle"); e.request = { e }; return e; })()',
  'an error with a BigInt': 'Object.assign(new Error("big"), { id: 1n })',
  'an error in a proxy': 'new Proxy(new Error("behind a proxy"), {})',
  'an error without prototype': 'Object.setPrototypeOf(new Error("orphan"), null)',
  'an error of another realm': 'require("node:vm").runInNewContext("new RangeError(\'elsewhere\')")',
  'a DOMException': 'new DOMException("given up", "AbortError")',
  'a system error': '(() => { try { require("node:fs").readFileSync("/not/there"); } catch (e) { return e; } })()',
  'a system error with a path':
    '(() => { try { require("node:fs").mkdirSync("/proc/not/there"); } catch (e) { return e; } })()',
  'an error of an argument': '(() => { try { Buffer.alloc(-1); } catch (e) { return e; } })()',
  'a SyntaxError of JSON': '(() => { try { JSON.parse("{"); } catch (e) { return e; } })()',
  'a SyntaxError of code': '(() => { try { new Function("}"); } catch (e) { return e; } })()',
  'an AssertionError':
    '(() => { try { require("node:assert").deepStrictEqual({ a: 1 }, { a: 2 }); } catch (e) { return e; } })()',
  'a stack overflow': '(() => { const deep = () => deep() + 1; try { deep(); } catch (e) { return e; } })()',
  'an error that was made while loading': 'EARLIER',
  'an error from a deep stack': 'deep(30)',
  'an error with no stack trace limit':
    '(() => { const was = Error.stackTraceLimit; Error.stackTraceLimit = 0; try { return new Error("flat"); } finally { Error.stackTraceLimit = was; } })()',
  'an error with a long stack':
    '(() => { const was = Error.stackTraceLimit; Error.stackTraceLimit = 100; try { return new Error("whole"); } finally { Error.stackTraceLimit = was; } })()',
  'an error whose stack was captured elsewhere':
    '(() => { const o = { name: "Captured", message: "here" }; Error.captureStackTrace(o); return o; })()',
  'call sites':
    '(() => { const was = Error.prepareStackTrace; Error.prepareStackTrace = (e, sites) => sites.map((s) => String(s.getFunctionName()) + "@" + String(s.getTypeName())).join(); try { const e = new Error("sites"); void e.stack; return e; } finally { Error.prepareStackTrace = was; } })()',
  'an error as Lambda makes it': '({ errorType: "Mine", errorMessage: "as Lambda", trace: ["a"] })',
  'a string': '"only text"',
  'an empty string': '""',
  'a number': '42',
  NaN: 'NaN',
  null: 'null',
  undefined: 'undefined',
  false: 'false',
  'a symbol': 'Symbol("thrown")',
  'a BigInt': '7n',
  'a function': '(function thrown() {})',
  'an array': '["a", 1]',
  'an object': '({ code: 1 })',
  'an object like an error': '({ name: "Like", message: "an error", stack: "Like: an error" })',
  'an object without prototype': 'Object.assign(Object.create(null), { message: "no prototype" })',
  'a circle': '(() => { const a = {}; a.a = a; return a; })()',
  'a date': 'new Date(0)',
  'a buffer': 'Buffer.from("thrown")',
  'a promise': 'Promise.resolve(1)',
  'a rejected promise': '(() => { const p = Promise.reject(new Error("within")); p.catch(() => {}); return p; })()',
  'a proxy that throws': 'new Proxy({}, { get() { throw new Error("no property"); } })',
  'globalThis.process.exitCode': '(() => { process.exitCode = undefined; return new Error("code"); })()',
};

const table = (expressions: Record<string, string>): string =>
  `const make = (event, context) => ({\n${Object.entries(expressions)
    .map(([name, expression]) => `  ${JSON.stringify(name)}: () => ${expression},`)
    .join('\n')}\n})[event.is]();`;

const VALUE_TABLE = table(VALUES);
const THROWN_TABLE = `
const EARLIER = new Error("made while loading");
function deep(n) { return n === 0 ? new Error("from below") : deep(n - 1); }
${table(THROWN)}
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;

const values = (kind: string, handler: string, rest: { on?: Instance['on'] } = {}) =>
  together(kind, Object.keys(VALUES), js(`${VALUE_TABLE}\nexports.handler = ${handler};`), rest);
const thrown = (kind: string, handler: string, rest: { on?: Instance['on'] } = {}) =>
  together(kind, Object.keys(THROWN), js(`${THROWN_TABLE}\nexports.handler = ${handler};`), rest);

/** Each value and each error from each kind of handler. */
export function endings(): Instance[] {
  return [
    values('async function that returns', 'async (event, context) => make(event, context)'),
    values(
      'promise that resolves later',
      '(event, context) => new Promise((go) => setTimeout(() => go(make(event, context)), 1))',
    ),
    values('function that returns', '(event, context) => make(event, context)', { on: ({ client }) => client === 4 }),
    values('callback with', '(event, context, callback) => callback(null, make(event, context))', { on: hasCallbacks }),
    values('context.succeed with', '(event, context) => { context.succeed(make(event, context)); }', {
      on: hasCallbacks,
    }),
    {
      ...together(
        'ES module that returns',
        Object.keys(VALUES),
        mjs(
          `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);\n${VALUE_TABLE}\nexport const handler = async (event, context) => make(event, context);`,
        ),
      ),
    },
    thrown('async function that throws', 'async (event) => { throw make(event); }'),
    thrown('function that throws', '(event) => { throw make(event); }'),
    thrown(
      'async function that throws after a wait',
      'async function handler(event) { await later(1); throw make(event); }',
    ),
    thrown('promise that is rejected', '(event) => new Promise((_, fail) => setTimeout(() => fail(make(event)), 1))'),
    thrown(
      'method that throws',
      '(new (class Shop { async order(event) { await null; return this.pay(event); } async pay(event) { throw make(event); } handler = (event) => this.order(event); })()).handler',
    ),
    thrown('callback with error', '(event, context, callback) => callback(make(event))', { on: hasCallbacks }),
    thrown('context.fail with', '(event, context) => { context.fail(make(event)); }', { on: hasCallbacks }),
    thrown('stream that throws', 'awslambda.streamifyResponse(async (event, stream) => { throw make(event); })'),
    ...crashes(),
    ...callbacks(),
  ];
}

/** What is thrown where nobody catches it ends the process: each has one for itself. */
function crashes(): Instance[] {
  const few = [
    'an error',
    'a class of errors',
    'an error with a cause',
    'a frozen error',
    'a string',
    'null',
    'an object',
  ];
  return few.flatMap((what) => {
    const make = `${THROWN_TABLE}\nconst is = ${JSON.stringify(what)};`;
    return [
      alone(
        `uncaught in a timer: ${what}`,
        js(`${make} exports.handler = () => new Promise(() => setTimeout(() => { throw make({ is }); }, 5));`),
      ),
      alone(
        `unhandled rejection: ${what}`,
        js(`${make} exports.handler = async () => { Promise.reject(make({ is })); await later(50); return 1; };`),
      ),
      alone(`module that throws: ${what}`, js(`${make} throw make({ is });`)),
      alone(
        `ES module that throws: ${what}`,
        mjs(
          `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${make} throw make({ is });`,
        ),
      ),
      alone(
        `ES module that throws after a wait: ${what}`,
        mjs(
          `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); ${make} await later(5); throw make({ is }); export const handler = 1;`,
        ),
      ),
    ];
  });
}

function callbacks(): Instance[] {
  const shapes: Record<string, string> = {
    'at once': '(event, context, callback) => callback(null, event.n)',
    later: '(event, context, callback) => { setTimeout(() => callback(null, event.n), 5); }',
    twice: '(event, context, callback) => { callback(null, 1); callback(null, 2); }',
    'twice, later':
      '(event, context, callback) => { setTimeout(() => callback(null, 1), 2); setTimeout(() => callback(null, 2), 4); }',
    'with an error after a value': '(event, context, callback) => { callback(null, 1); callback(new Error("late")); }',
    'with a value after an error': '(event, context, callback) => { callback(new Error("early")); callback(null, 1); }',
    'and a promise': '(event, context, callback) => { callback(null, "callback"); return Promise.resolve("promise"); }',
    'and a promise that is first':
      '(event, context, callback) => { setTimeout(() => callback(null, "callback"), 20); return Promise.resolve("promise"); }',
    'and throws': '(event, context, callback) => { callback(null, 1); throw new Error("after"); }',
    'of an async function': 'async (event, context, callback) => { callback(null, event.n); }',
    'of an async function that never settles':
      'async (event, context, callback) => { callback(null, event.n); await new Promise(() => {}); }',
    'of an async function that rejects':
      'async (event, context, callback) => { callback(null, event.n); throw new Error("rejected"); }',
    'with an open timer':
      '(event, context, callback) => { const order = []; setTimeout(() => order.push("timer"), 60); callback(null, order); }',
    'without waiting for timers':
      '(event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => {}, 60_000); callback(null, event.n); }',
    'without waiting, decided late':
      '(event, context, callback) => { setTimeout(() => {}, 60_000); setTimeout(() => { context.callbackWaitsForEmptyEventLoop = false; callback(null, event.n); }, 5); }',
    never: '(event, context, callback) => { setTimeout(() => {}, 5); }',
    'never, with nothing pending': '(event, context, callback) => {}',
    'kept for the next invocation':
      '(() => { let kept; return (event, context, callback) => { if (kept) { kept(null, "old"); } kept = callback; context.callbackWaitsForEmptyEventLoop = false; callback(null, event.n); }; })()',
    'without arguments': '(event, context, callback) => callback()',
    'called as a method': '(event, context, callback) => { ({ callback }).callback(null, event.n); }',
    'looked at':
      '(event, context, callback) => callback(null, [callback.name, callback.length, typeof callback, Object.keys(callback)])',
    'by util.callbackify': 'require("node:util").callbackify(async (event) => event.n)',
    'in process.nextTick': '(event, context, callback) => { process.nextTick(callback, null, event.n); }',
    'in setImmediate': '(event, context, callback) => { setImmediate(callback, null, event.n); }',
    'in a microtask': '(event, context, callback) => { queueMicrotask(() => callback(null, event.n)); }',
    'in a listener':
      '(event, context, callback) => { const e = new (require("node:events"))(); e.once("done", (v) => callback(null, v)); setTimeout(() => e.emit("done", event.n), 2); }',
    'in beforeExit': '(event, context, callback) => { process.once("beforeExit", () => callback(null, event.n)); }',
    'context.done': '(event, context) => { context.done(null, event.n); }',
    'context.done with an error': '(event, context) => { context.done(new Error("done")); }',
    'context.done later': '(event, context) => { setTimeout(() => context.done(null, event.n), 5); }',
    'context.succeed twice': '(event, context) => { context.succeed(1); context.succeed(2); }',
    'context.succeed, then fail': '(event, context) => { context.succeed(1); context.fail(new Error("no")); }',
    'context.succeed out of its object': '(event, { succeed }) => { succeed(event.n); }',
    'context.succeed of an async function':
      'async (event, context) => { context.succeed(event.n); return "returned"; }',
  };
  return Object.entries(shapes).map(([name, handler]) =>
    alone(`callback ${name}`, js(`exports.handler = ${handler};`)),
  );
}
