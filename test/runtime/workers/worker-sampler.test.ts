import { EventEmitter, once } from 'node:events';
import { Session } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { emptyProfile } from '../../../profile/model/profile';
import { WorkerProfiles, workersToPprof } from '../../../runtime/workers/worker-profiles';
import { WorkerSampler } from '../../../runtime/workers/worker-sampler';
import { identity } from '../support/function-identity';
import { total } from '../support/harness';

const MIB = 1024 * 1024;

/** An inspector session with worker threads that a test makes up. */
class SimulatedSession extends EventEmitter {
  readonly posts: { method: string; params: Record<string, unknown> }[] = [];

  post(method: string, params: Record<string, unknown>): void {
    this.posts.push({ method, params });
  }

  attach(id: number, title = `[worker ${id}]`, url = ''): void {
    const params = { sessionId: String(id), workerInfo: { title, url } };
    this.emit('NodeWorker.attachedToWorker', { params });
  }

  receive(id: number, message: object): void {
    this.emit('NodeWorker.receivedMessageFromWorker', {
      params: { sessionId: String(id), message: JSON.stringify(message) },
    });
  }

  /** What was sent to a worker thread, in order. */
  sent(id: number): { id: number; method: string }[] {
    return this.posts
      .filter(({ method, params }) => method.endsWith('sendMessageToWorker') && params.sessionId === String(id))
      .map(({ params }) => JSON.parse(String(params.message)));
  }

  detached(): unknown[] {
    return this.posts.filter(({ method }) => method === 'NodeWorker.detach').map(({ params }) => params.sessionId);
  }

  /** The worker thread ends, and answers the last question with a profile of so many characters. */
  end(id: number, characters = 0): void {
    this.receive(id, { method: 'NodeRuntime.waitingForDisconnect', params: {} });
    const question = this.sent(id).findLast(({ method }) => method === 'Profiler.stop');
    if (question) this.receive(id, { id: question.id, result: { profile: 'x'.repeat(characters) } });
  }
}

function started(): { session: SimulatedSession; sampler: WorkerSampler } {
  const session = new SimulatedSession();
  const sampler = new WorkerSampler(session as unknown as Session, 10, undefined);
  sampler.start();
  return { session, sampler };
}

describe('of many worker threads', () => {
  it('8 are sampled at the same time, and others leave in their turn', () => {
    const { session, sampler } = started();
    for (let id = 1; id <= 10; id++) session.attach(id);
    expect(session.detached()).toEqual(['9', '10']);
    session.end(1);
    session.attach(11);
    expect(session.detached()).toEqual(['9', '10', '1']);
    expect(sampler.take()).toHaveLength(1);
    sampler.stop();
  });

  it('64 are begun between two snapshots', () => {
    const { session, sampler } = started();
    for (let id = 1; id <= 70; id++) {
      session.attach(id);
      session.end(id);
    }
    expect(sampler.take()).toHaveLength(64);
    session.attach(71);
    session.end(71);
    expect(sampler.take()).toHaveLength(1);
    sampler.stop();
  });

  it('4 MB of answers are kept, and a worker thread that ends then is not asked', () => {
    const { session, sampler } = started();
    for (let id = 1; id <= 6; id++) session.attach(id);
    for (let id = 1; id <= 6; id++) session.end(id, MIB);
    expect(sampler.take()).toHaveLength(3);
    expect(session.detached()).toEqual(['1', '2', '3', '4', '5', '6']);
    sampler.stop();
  });

  it('16 have names of their own', () => {
    const { session, sampler } = started();
    for (let id = 1; id <= 20; id++) {
      session.attach(id, `[worker ${id}] job-${id}`);
      session.end(id);
    }
    const threads = sampler.take().map(({ thread }) => thread);
    expect(threads.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, i) => `job-${i + 1}`));
    expect(threads.slice(16)).toEqual(Array(4).fill('(other)'));
    sampler.stop();
  });
});

it('names a thread after itself, or else its script', () => {
  const { session, sampler } = started();
  const file = 'file:///var/task/dist/resize.mjs';
  session.attach(1, '[worker 1] resizer', file);
  session.attach(2, '[worker 2]', file);
  session.attach(3, '[worker 3] WorkerThread', file);
  session.attach(4, '[worker 4]');
  session.attach(5, 'of a later Node.js');
  session.attach(6, `[worker 6] ${'long'.repeat(100)}`);
  for (let id = 1; id <= 6; id++) session.end(id);
  const threads = sampler.take().map(({ thread }) => thread);
  expect(threads.slice(0, 5)).toEqual(['resizer', 'resize.mjs', 'resize.mjs', '[worker eval]', '[worker eval]']);
  expect(threads[5]).toHaveLength(64);
  sampler.stop();
});

it('lets all worker threads go where it fails, so that none waits for it', () => {
  const { session, sampler } = started();
  session.attach(1);
  session.attach(2);
  const post = session.post.bind(session);
  session.post = (method, params) => {
    if (method === 'NodeWorker.sendMessageToWorker') throw new Error('refused');
    post(method, params);
  };
  session.receive(1, { method: 'NodeRuntime.waitingForDisconnect', params: {} });
  expect(session.detached()).toEqual(['1', '2']);
  sampler.stop();
});

it('does not ask a worker thread again that has not answered yet', () => {
  const { session, sampler } = started();
  session.attach(1);
  sampler.ask(false);
  sampler.ask(false);
  const stops = () => session.sent(1).filter(({ method }) => method === 'Profiler.stop');
  expect(stops()).toHaveLength(1);
  session.receive(1, { id: stops()[0].id, result: { profile: {} } });
  sampler.ask(false);
  expect(stops()).toHaveLength(2);
  sampler.stop();
});

it('takes an answer that interrupts the call that asks', () => {
  const { session, sampler } = started();
  session.attach(1);
  const post = session.post.bind(session);
  session.post = (method, params) => {
    post(method, params);
    const { id, method: asked } = JSON.parse(String(params.message)) as { id: number; method: string };
    if (asked === 'Profiler.stop') session.receive(1, { id, result: { profile: {} } });
  };
  sampler.ask(false);
  sampler.ask(false);
  expect(sampler.take()).toHaveLength(2);
  session.post = post;
  sampler.stop();
});

describe('what worker threads answered', () => {
  const frame = (functionName: string) => ({
    functionName,
    scriptId: '1',
    url: 'w.js',
    lineNumber: 0,
    columnNumber: 0,
  });
  const answer = (thread: string, from: number) => ({
    thread,
    json: JSON.stringify({
      id: 1,
      result: {
        profile: {
          nodes: [
            { id: 1, callFrame: { ...frame('(root)'), url: '' }, children: [2] },
            { id: 2, callFrame: frame('work'), hitCount: 10 },
          ],
          startTime: from,
          endTime: from + 100_000,
          samples: Array(10).fill(2),
          timeDeltas: Array(10).fill(10_000),
        },
      },
    }),
  });
  const window = (start: number, end: number, id: string) => ({ start, end, labels: [{ key: 'id', str: id }] });

  it('is what they did while invocations ran, once, with the labels of these', () => {
    const windows = [window(1_000_000, 1_050_000, 'a'), window(1_080_000, 1_300_000, 'b')];
    const result = workersToPprof([answer('one', 1_000_000), answer('two', 1_090_000)], windows, 10, identity);
    const times = result?.profile.samples.map(({ values, labels }) => [
      ...labels.map((label) => ('str' in label ? label.str : '')),
      Number(values[1]) / 1e6,
    ]);
    expect(times).toEqual([
      ['a', 'one', 50],
      ['b', 'one', 20],
      ['b', 'two', 100],
    ]);
  });

  it('is nothing where no invocation ran, and where V8 had no profile', () => {
    expect(workersToPprof([answer('one', 1_000_000)], [window(1, 2, 'a')], 10, identity)).toBeUndefined();
    const none = { thread: 'one', json: '{"id":1,"error":{"code":-32000,"message":"No recording profiles found"}}' };
    expect(workersToPprof([none, { thread: 'two', json: '{' }], [window(1, 2, 'a')], 10, identity)).toBeUndefined();
  });
});

describe('the heap of a worker thread', () => {
  const session = new Session();
  afterEach(() => session.disconnect());

  it('is told with the label thread', async () => {
    session.connect();
    const profiles = new WorkerProfiles(session, 10, MIB / 2, identity);
    profiles.start();
    const attached = once(session, 'NodeWorker.attachedToWorker');
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const kept = [];
       function keepInWorker() { for (let i = 0; i < 512; i++) kept.push(new Array(8192).fill(i)); }
       parentPort.on('message', () => { keepInWorker(); parentPort.postMessage('kept'); });`,
      { eval: true, name: 'cache' },
    );
    await attached;
    profiles.take([], true, false);
    worker.postMessage('keep');
    await once(worker, 'message');
    const heap = emptyProfile([
      { type: 'samples', unit: 'count' },
      { type: 'inuse_space', unit: 'bytes' },
    ]);
    while (heap.samples.length === 0) {
      profiles.take([], true, false);
      await new Promise((resolve) => setTimeout(resolve, 20));
      profiles.addHeaps(heap, MIB / 2, Date.now());
    }
    expect(heap.samples.every(({ labels }) => labels.some((label) => 'str' in label && label.str === 'cache'))).toBe(
      true,
    );
    const kept = heap.samples.filter(({ locations }) => locations[0].lines[0].fn.name === 'keepInWorker');
    expect(total({ ...heap, samples: kept }, 'inuse_space')).toBeGreaterThan(8 * MIB);
    await worker.terminate();
    profiles.stop();
  });
});
