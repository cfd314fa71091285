import { describe, expect, it } from 'vitest';
import { callTreeStacks } from '../../../runtime/cpu/call-tree-stacks';
import type { CpuProfile } from '../../../runtime/cpu/cpu-sampler';
import { Frames } from '../../../runtime/frames';
import { mappingOf } from '../../../runtime/function-identity';
import { identity } from '../support/function-identity';

const OWN = 'file:///opt/profiled-fn/handler.mjs';
const USER = 'file:///var/task/index.js';
const RIC = 'file:///var/runtime/index.mjs';
const QUEUES = 'node:internal/process/task_queues';

/** Names of the stack, outermost first, that V8's call tree has as `path`: functions and their files. */
function stackOf(...path: [functionName: string, url: string][]): string[] {
  const nodes: CpuProfile['nodes'] = [['(root)', ''] as const, ...path].map(([functionName, url], i) => ({
    id: i + 1,
    callFrame: { functionName, url, scriptId: '0', lineNumber: 1, columnNumber: 1 },
    hitCount: 0,
    children: i < path.length ? [i + 2] : [],
  }));
  const profile: CpuProfile = { nodes, startTime: 0, endTime: 0, samples: [], timeDeltas: [] };
  const found = callTreeStacks(profile, new Frames(mappingOf(identity), identity), OWN)(nodes.length);
  if (!found) throw new Error('no such stack');
  const callers = found.callers.map(({ lines: [{ fn }] }) => fn.name);
  return [...callers.reverse(), found.leaf.callFrame.functionName];
}

describe('a stack of V8’s call tree', () => {
  it('begins with the handler, not with what calls it', () => {
    const called = stackOf(['processInvoke', RIC], ['main', USER], ['parse', USER]);
    expect(called).toEqual(['main', 'parse']);
  });

  it('begins with the handler where AsyncLocalStorage calls it', () => {
    const run: [string, string] = ['run', 'node:async_hooks'];
    expect(stackOf(['run', RIC], run, ['main', USER])).toEqual(['main']);
  });

  it('begins with an async function that goes on, not with the loop that lets it', () => {
    const loop: [string, string][] = [
      ['processTicksAndRejections', QUEUES],
      ['runMicrotasks', ''],
    ];
    expect(stackOf(...loop, ['main', USER], ['parse', USER])).toEqual(['main', 'parse']);
    expect(stackOf(['processTimers', 'node:internal/timers'], ...loop, ['main', USER])).toEqual(['main']);
    expect(stackOf(...loop)).toEqual(['processTicksAndRejections', 'runMicrotasks']);
  });

  it('is whole where the user’s function has the name of Node.js’s', () => {
    expect(stackOf(['main', USER], ['runMicrotasks', USER], ['parse', USER])).toEqual([
      'main',
      'runMicrotasks',
      'parse',
    ]);
  });

  it('begins with whoever has wrapped the handler', () => {
    const wrapper = 'file:///opt/nodejs/node_modules/vendor/index.js';
    expect(stackOf(['processInvoke', RIC], ['patched', wrapper], ['main', USER])).toEqual(['patched', 'main']);
  });

  it('is whole where the handler calls the runtime client, and that the handler’s code', () => {
    const path: [string, string][] = [
      ['main', USER],
      ['done', RIC],
      ['toJSON', USER],
    ];
    expect(stackOf(['processInvoke', RIC], ...path)).toEqual(['main', 'done', 'toJSON']);
  });

  it('has the runtime client where that itself runs, but not us', () => {
    expect(stackOf(['processInvoke', RIC], ['done', OWN], ['cpuUsage', 'node:internal/process/per_thread'])).toEqual([
      'processInvoke',
      'cpuUsage',
    ]);
  });

  it('is whole while modules are loaded', () => {
    const load: [string, string] = ['load', 'node:internal/modules/cjs/loader'];
    expect(stackOf(['tryRequireFile', RIC], load, ['(module)', USER])).toEqual(['tryRequireFile', 'load', '(module)']);
  });
});
