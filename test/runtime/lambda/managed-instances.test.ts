import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { invocationRecords } from '../../../profile/analysis/invocation-records';
import { busy, ownLines, RecordingBucket } from '../support/harness';
import { ManagedInstance } from '../support/managed-instance';

const THREADS = 2;
const ROUTES = ['cheap', 'dear', 'broken'];

/** Invocations of different routes, several at a time in one thread, each with work of its own before and after a wait. */
const code = `
${busy}
const { threadId } = require('node:worker_threads');
const api = () => globalThis[Symbol.for('profiled-fn.runtime')];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const work = {
  cheap: function cheapWork() { spin(2); },
  dear: function dearWork() { spin(12); },
  broken: function brokenWork() { spin(4); throw new RangeError('broken'); },
};
exports.handler = async ({ route, n }) => {
  await pause(5);
  // Others have begun meanwhile: the label is to be that of this invocation.
  api()?.setLabels({ route });
  spin(1);
  await pause(10);
  work[route]();
  return { n, threadId };
};`;

let bucket: RecordingBucket;
let instance: ManagedInstance | undefined;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(async () => {
  await instance?.close();
  await bucket.close();
});

const records = () => bucket.of('wall').flatMap(({ profile }) => invocationRecords(profile));
const instanceOf = (key: string) => /-([0-9a-f]{12})\.pb\.gz$/.exec(key)?.[1] ?? '';

async function outcomes(count: number) {
  const started = instance;
  if (!started) throw new Error('There is no instance.');
  return Promise.all(Array.from({ length: count }, (_, n) => started.invoke({ n, route: ROUTES[n % ROUTES.length] })));
}

describe('a Lambda Managed Instance', () => {
  it('answers as without us', async () => {
    const seen = [];
    for (const profiledInto of [undefined, bucket]) {
      instance = await ManagedInstance.start(code, THREADS, profiledInto);
      const all = await outcomes(12);
      // Which thread takes which is a race.
      seen.push(
        all.map(({ outcome, body }) => {
          const { n, errorType, errorMessage } = body as Record<string, unknown>;
          return { outcome, n, errorType, errorMessage };
        }),
      );
      await instance.close();
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0].filter(({ outcome }) => outcome === 'error')).toHaveLength(4);
  });

  it('has profiles of each thread, with every invocation and none of another’s labels', async () => {
    instance = await ManagedInstance.start(code, THREADS, bucket);
    const bodies = (await outcomes(60)).map(({ body }) => body as { threadId?: number });
    const instancesWith = (type: string) => new Set(bucket.of(type).map(({ key }) => instanceOf(key))).size;
    await vi.waitFor(() => {
      expect(records()).toHaveLength(60);
      for (const type of ['init', 'wall', 'heap']) expect(instancesWith(type)).toBe(THREADS);
    }, 600_000);

    const threads = new Set(bodies.flatMap(({ threadId }) => threadId ?? []));
    expect(threads.size).toBe(THREADS);
    expect(new Set(bucket.puts.map(({ key }) => instanceOf(key))).size).toBe(THREADS);
    const byRoute = (route: string) => records().filter(({ labels }) => labels.route === route);
    for (const route of ROUTES) expect(byRoute(route)).toHaveLength(20);
    expect(byRoute('broken').every(({ outcome }) => outcome === 'error')).toBe(true);
    expect(records().filter(({ coldStart }) => coldStart)).toHaveLength(THREADS);
    // What the process took is that of all invocations: no record claims it.
    expect(records().every(({ cpuNanos }) => cpuNanos === 0)).toBe(true);

    const wrong = bucket.of('wall').flatMap(({ profile }) =>
      profile.samples.filter(({ locations, labels }) => {
        const names = locations.map(({ lines }) => lines[0].fn.name);
        const worker = ROUTES.find((route) => names.some((name) => name.endsWith(`${route}Work`)));
        const route = labels.find(({ key }) => key === 'route');
        return worker && route && 'str' in route && route.str !== worker;
      }),
    );
    const told = wrong.map(({ locations, labels, values }) => ({
      stack: locations.map(({ lines }) => lines[0].fn.name).join(' < '),
      values,
      labels: labels.map((label) => `${label.key}=${'str' in label ? label.str : label.num}`).join(),
    }));
    expect(told).toEqual([]);
    expect(ownLines(instance.log)).toEqual([]);
  });

  it('counts no time twice where invocations overlap', async () => {
    instance = await ManagedInstance.start(code, 1, bucket);
    const start = Date.now();
    await outcomes(30);
    await vi.waitFor(() => expect(records()).toHaveLength(30), 600_000);
    const wallMs = (type: string) =>
      bucket.of(type).reduce((sum, { profile }) => {
        const index = profile.sampleTypes.findIndex((one) => one.type === 'wall');
        return sum + profile.samples.reduce((all, { values }) => all + Number(values[index]), 0) / 1e6;
      }, 0);
    const invocationsMs = records().reduce((sum, { wallNanos }) => sum + wallNanos / 1e6, 0);
    expect(wallMs('wall')).toBeGreaterThan(0);
    expect(wallMs('wall')).toBeLessThan(Math.min(invocationsMs, Date.now() - start));
  });
});
