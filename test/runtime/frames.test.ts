import { expect, it } from 'vitest';
import { Frames } from '../../runtime/frames';
import { mappingOf } from '../../runtime/function-identity';

const identity = {
  functionName: 'f',
  functionVersion: '1',
  runtime: '',
  arch: '',
  memoryMb: '',
  codeHash: '',
  taskRoot: '/var/task',
  runtimeRoot: '/var/runtime',
};
const frames = () => new Frames(mappingOf(identity), identity);
const frame = (functionName: string, url: string, lineNumber: number, columnNumber: number) => ({
  functionName,
  url,
  lineNumber,
  columnNumber,
});

it.each([
  ['a named function keeps its name', frame('render', 'file:///var/task/a.js', 4, 2), 'render'],
  ['an anonymous one is named by its place', frame('', 'file:///var/task/a.js', 4, 2), '(anonymous) a.js:5'],
  ['the body of an ES module', frame('', 'file:///var/task/a.mjs', -1, -1), '(module) a.mjs'],
  ['the body of a CommonJS module', frame('', '/var/task/a.js', 0, 0), '(module) a.js'],
  ['one of many on a minified line', frame('', 'file:///var/task/a.js', 0, 511), '(anonymous) a.js:1:512'],
  ['native code without a name', frame('', '', -1, -1), '(anonymous)'],
  ['V8’s own leaves', frame('(garbage collector)', '', -1, -1), '(garbage collector)'],
])('%s', (_what, callFrame, name) => {
  expect(frames().at(callFrame).lines[0].fn.name).toBe(name);
});

it('turns file URLs into paths, with what is escaped in them, and leaves others alone', () => {
  const file = (url: string) => frames().at(frame('f', url, 0, 0)).lines[0].fn.filename;
  expect(file('file:///var/task/my%20app.mjs')).toBe('/var/task/my app.mjs');
  expect(file('node:internal/timers')).toBe('node:internal/timers');
  expect(file('file://host/x.js')).toBe('file://host/x.js');
  expect(file('')).toBe('');
});

it('names the folders of the user’s code and of the runtime client as on Lambda, wherever they are', () => {
  const folders = { taskRoot: '/home/me/app', runtimeRoot: '/home/me/ric-4' };
  const file = (url: string) => new Frames(mappingOf(identity), folders).at(frame('f', url, 0, 0)).lines[0].fn.filename;
  expect(file('file:///home/me/app/index.mjs')).toBe('/var/task/index.mjs');
  expect(file('/home/me/app/src/a.js')).toBe('/var/task/src/a.js');
  expect(file('file:///home/me/ric-4/index.mjs')).toBe('/var/runtime/index.mjs');
  expect(file('/home/me/application/a.js')).toBe('/home/me/application/a.js');
});

it('gives one location for each function and line', () => {
  const all = frames();
  const callFrame = frame('f', '/a.js', 1, 3);
  expect(all.at(callFrame)).toBe(all.at({ ...callFrame }));
  expect(all.at(callFrame, 7)).not.toBe(all.at(callFrame));
  expect(all.at(callFrame, 7).lines[0]).toMatchObject({
    line: 7,
    column: 0,
    fn: { startLine: 2, systemName: 'f:2:4' },
  });
  expect(all.at(callFrame, 2).lines[0]).toMatchObject({ line: 2, column: 4 });
  expect(all.at(callFrame).lines[0]).toMatchObject({ line: 2, column: 4 });
});
