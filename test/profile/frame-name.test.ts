import { describe, expect, it } from 'vitest';
import { displayName, shortenPath } from '../../profile/model/frame-name';
import { fn } from './support/profiles';

it.each([
  [fn('handler', '/var/task/a.js', 3), 'handler'],
  [fn('(garbage collector)'), '(garbage collector)'],
  [fn('', '/var/task/src/handler.ts', 12), '(anonymous) handler.ts:12'],
  [fn('(anonymous)', 'file:///var/task/handler.mjs', 12), '(anonymous) handler.mjs:12'],
  [fn('', 'C:\\app\\handler.js', 1), '(anonymous) handler.js:1'],
  [fn('', 'node:internal/timers', 5), '(anonymous) timers:5'],
  [fn('', 'evalmachine', 0), '(anonymous) evalmachine'],
  [fn(''), '(anonymous)'],
])('%o is shown as %s', (source, name) => {
  expect(displayName(source)).toBe(name);
});

describe('A path loses what says nothing', () => {
  it.each([
    ['/var/task/index.js', 'index.js'],
    ['file:///var/task/src/a.mjs', 'src/a.mjs'],
    ['/var/task/node_modules/a/node_modules/@b/c/d.js', '@b/c/d.js'],
    ['node_modules/a/b.js', 'a/b.js'],
    ['/home/me/my_node_modules/a.js', '/home/me/my_node_modules/a.js'],
    ['node:internal/process/task_queues', 'node:internal/process/task_queues'],
    ['/opt/var/task/a.js', '/opt/var/task/a.js'],
    ['', ''],
  ])('%s is %s', (path, short) => {
    expect(shortenPath(path)).toBe(short);
  });
});
