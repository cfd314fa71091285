import { alone, type Instance, js, mjs } from './shape';

/** What an `awslambda.streamifyResponse` handler does with `event`, `stream` and `context`. */
const STREAMS: Record<string, string> = {
  'ends at once': `stream.end('whole');`,
  'ends with nothing': 'stream.end();',
  'writes and ends': `stream.write('one '); stream.write('two'); stream.end();`,
  'writes bytes': `stream.write(Buffer.from([0, 255, 10])); stream.end(new Uint8Array([1, 2]));`,
  'writes with pauses': `for (const word of ['a', 'b', 'c']) { stream.write(word); await pause(3); } stream.end();`,
  'writes after a wait': `await pause(5); stream.end('late');`,
  'writes a megabyte': `for (let i = 0; i < 16; i++) stream.write('x'.repeat(65_536)); stream.end();`,
  'waits for drain': `for (let i = 0; i < 8; i++) if (!stream.write('x'.repeat(65_536))) await require('node:events').once(stream, 'drain'); stream.end();`,
  'is corked': `stream.cork(); stream.write('a'); stream.write('b'); stream.uncork(); stream.end();`,
  'is piped into': `await require('node:stream/promises').pipeline(require('node:stream').Readable.from(['a', 'b', String(event.n)]), stream);`,
  'is piped into without an end': `await require('node:stream/promises').pipeline(require('node:stream').Readable.from(['a', 'b']), stream, { end: false }); stream.end('c');`,
  'is piped through gzip': `const zlib = require('node:zlib'); await require('node:stream/promises').pipeline(require('node:stream').Readable.from(['text '.repeat(100)]), zlib.createGzip({ level: 0 }), stream);`,
  'is piped from a source that fails': `await require('node:stream/promises').pipeline((async function* () { yield 'a'; throw new Error('source'); })(), stream);`,
  'ends in a timer': `setTimeout(() => stream.end('in a timer'), 5);`,
  'ends after the handler': `stream.write('first'); setTimeout(() => stream.end(' second'), 10); return 'ignored';`,
  'is waited for': `stream.end('whole'); await require('node:stream/promises').finished(stream);`,
  'tells when it is finished': `const seen = []; stream.on('finish', () => seen.push('finish')); stream.on('close', () => console.log('close', seen.join())); stream.end('whole');`,
  'calls back': `await new Promise((go) => stream.write('a', go)); await new Promise((go) => stream.end('b', go));`,
  'has a content type': `stream.setContentType('application/json'); stream.end('{}');`,
  'has a prelude': `stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } }); stream.end('body');`,
  'has a prelude with cookies': `stream = awslambda.HttpResponseStream.from(stream, { statusCode: 200, cookies: ['a=1', 'b=2'] }); stream.write('body'); stream.end();`,
  'has a prelude and no body': `awslambda.HttpResponseStream.from(stream, { statusCode: 204 }).end();`,
  'has a prelude that is no JSON': `awslambda.HttpResponseStream.from(stream, { statusCode: 1n }).end();`,
  'throws before it writes': `throw new RangeError('before');`,
  'throws after it has written': `stream.write('half'); throw new Error('after');`,
  'throws after a wait': `stream.write('half'); await pause(5); throw new Error('later');`,
  'throws after it has ended': `stream.end('whole'); throw new Error('too late');`,
  'throws what is no error': `stream.write('half'); throw 'text';`,
  'is destroyed': `stream.write('half'); stream.destroy();`,
  'is destroyed with an error': `stream.write('half'); stream.destroy(new Error('destroyed'));`,
  'is written after its end': `stream.end('whole'); stream.write('more');`,
  'is ended twice': `stream.end('one'); stream.end('two');`,
  'is written null': `stream.write(null);`,
  'is written an object': `stream.write({ a: 1 });`,
  'emits an error': `stream.write('half'); stream.emit('error', new Error('emitted'));`,
  'returns a value': `stream.end('stream'); return { value: 1 };`,
  'looks at itself': `stream.end(JSON.stringify([stream.constructor.name, typeof stream.setContentType, stream.writable, stream.writableEnded, stream.writableHighWaterMark, stream.listenerCount('error'), stream.listenerCount('finish'), stream.listenerCount('close'), stream.eventNames().map(String).sort(), Object.keys(stream).sort()]));`,
  'looks at its context': `stream.end(JSON.stringify(Object.keys(context)));`,
  'logs between writes': `stream.write('a'); console.log('between'); stream.end('b');`,
  'leaves a timer': `setTimeout(() => {}, 60_000); stream.end('whole');`,
  exits: `stream.write('half'); process.exit(3);`,
};

/** Streaming handlers; the last one never answers. */
export function streams(): Instance[] {
  const pause = 'const pause = (ms) => new Promise((go) => setTimeout(go, ms));';
  const body = (text: string) => `awslambda.streamifyResponse(async (event, stream, context) => { ${text} })`;
  const withRequire = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  return [
    ...Object.entries(STREAMS).map(([name, text]) =>
      alone(`stream that ${name}`, js(`${pause} exports.handler = ${body(text)};`)),
    ),
    ...Object.entries(STREAMS).map(([name, text]) =>
      alone(
        `stream of an ES module that ${name}`,
        mjs(`${withRequire} ${pause} export const handler = ${body(text)};`),
      ),
    ),
    alone(
      'stream that never ends',
      js(`exports.handler = ${body("stream.write('half'); await new Promise(() => setInterval(() => {}, 1000));")};`),
      { timeoutSeconds: 1 },
    ),
    alone(
      'stream of a function that is not async',
      js(`exports.handler = awslambda.streamifyResponse((event, stream) => { stream.end('whole'); });`),
    ),
    alone(
      'stream of a method',
      js(
        `class Shop { async order(event, stream) { stream.end(String(this === undefined)); } } exports.handler = awslambda.streamifyResponse(new Shop().order);`,
      ),
    ),
    alone(
      'stream with an option',
      js(
        `exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.end(String(stream.writableHighWaterMark)); }, { highWaterMark: 1024 });`,
      ),
    ),
    alone(
      'stream marked by hand',
      js(
        `exports.handler = Object.assign(async (event, stream) => { stream.end('whole'); }, { [Symbol.for('aws.lambda.runtime.handler.streaming')]: 'response' });`,
      ),
    ),
    alone(
      'what a streaming handler is',
      js(
        `const handler = awslambda.streamifyResponse(async () => {}); exports.handler = async () => [handler.length, handler.name, Object.getOwnPropertySymbols(handler).map(String), Object.keys(awslambda).sort()];`,
      ),
    ),
  ];
}
