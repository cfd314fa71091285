import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busy, preloaded, RecordingBucket, startFunction, total } from './support/harness';

let bucket: RecordingBucket;
beforeEach(async () => {
  bucket = await RecordingBucket.start();
});
afterEach(() => bucket.close());

/** Resolves when it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Resolves when no line has come for a while. */
async function silence(log: readonly string[]): Promise<void> {
  for (let before = -1; before !== log.length; ) {
    before = log.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const everyInvocation = { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1' };

describe('a profiled function', () => {
  it('leaves the first snapshot of each type after the first invocation', async () => {
    const fn = await startFunction(
      { files: { 'index.js': `${busy} spin(60); exports.handler = async () => { spin(100); return 'done'; };` } },
      bucket,
    );
    const result = await fn.invoke({});
    await result.report;
    await fn.close();

    expect(result.payload.toString()).toBe('"done"');
    expect(bucket.puts.map(({ type }) => type).sort()).toEqual(['heap', 'init', 'wall']);
    for (const { key, type, metadata } of bucket.puts) {
      expect(key).toMatch(new RegExp(`^profiled-fn/Shop/Checkout/${type}/00-[0-9a-f]{12}\\.pb\\.gz$`));
      expect(metadata).toMatchObject({
        format: '1',
        function: 'Shop-Checkout',
        version: '$LATEST',
        runtime: 'nodejs24.x',
        memory: '1024',
        'code-hash': 'c0dehash',
      });
      expect(Date.parse(metadata.start)).toBeLessThanOrEqual(Date.parse(metadata.end));
    }
    const [wall] = bucket.of('wall');
    expect(total(wall.profile, 'wall')).toBeGreaterThan(50e6);
    expect(total(wall.profile, 'cpu')).toBeLessThanOrEqual(total(wall.profile, 'wall'));
    expect(total(wall.profile, 'wall')).toBeLessThanOrEqual(Number(wall.profile.durationNanos));
    const names = wall.profile.samples.flatMap(({ locations }) => locations.map(({ lines: [{ fn }] }) => fn.name));
    expect(names).toContain('spin');
    expect(bucket.of('init')[0].profile.samples.length).toBeGreaterThan(0);
    expect(bucket.of('heap')[0].profile.defaultSampleType).toBe('inuse_space');
  });

  it('uses its slots in turn, so that it leaves no more than a window of snapshots', async () => {
    const fn = await startFunction(
      {
        files: { 'index.js': `${busy} exports.handler = async () => spin(15);` },
        environment: { ...everyInvocation, PROFILED_FN_WINDOW_SIZE: '3', PROFILED_FN_PROFILES: 'wall,init' },
      },
      bucket,
    );
    for (let i = 0; i < 5; i++) {
      await (await fn.invoke({})).report;
      // The next one is due a millisecond after the last.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await fn.close();
    const slots = bucket.of('wall').map(({ key }) => key.split('/').at(-1)?.slice(0, 2));
    expect(slots).toEqual(['00', '01', '02', '00', '01']);
    expect(new Set(bucket.of('wall').map(({ key }) => key.slice(-19))).size).toBe(1);
  });

  it('flushes the last window on SIGTERM', async () => {
    const fn = await startFunction(
      { files: { 'index.js': `${busy} exports.handler = async () => spin(50);` } },
      bucket,
    );
    for (let i = 0; i < 3; i++) await (await fn.invoke({})).report;
    expect(bucket.of('wall')).toHaveLength(1);
    await fn.close();
    expect(bucket.of('wall')).toHaveLength(2);
    const [first, last] = bucket.of('wall').map(({ profile }) => profile);
    expect(total(first, 'wall')).toBeLessThanOrEqual(Number(first.durationNanos));
    expect(total(last, 'wall')).toBeGreaterThan(70e6);
  });

  it('stops a handler that runs at SIGTERM, as bare, and flushes what it did', async () => {
    const code = `${busy}
      exports.handler = async ({ forever }) => {
        for (let i = 0; forever; i++) {
          spin(5);
          console.log('step ' + i);
          if (i === 20) process.kill(process.pid, 'SIGTERM');
          await new Promise(setImmediate);
        }
      };`;
    const fn = await startFunction({ files: { 'index.js': code } }, bucket);
    await (await fn.invoke({})).report;
    const stopped = await fn.invoke({ forever: true });
    expect(stopped.functionError).toBe('Unhandled');
    expect(stopped.payload.toString()).toContain('terminated');
    await fn.close();
    const steps = fn.log.filter((line) => line.includes('step ')).length;
    const last = bucket.of('wall').at(-1)?.profile;
    expect(last && total(last, 'cpu')).toBeGreaterThan(50e6);
    // The signal is handled when the event loop turns: one step more at most, with profiling and without.
    expect(steps).toBeLessThanOrEqual(22);
  });

  it('runs none of the user’s code while the last upload of a running handler takes place, with every profile', async () => {
    const code = `const { writeSync } = require('node:fs');
      ${busy}
      const tick = () => writeSync(1, 'tick\\n');
      exports.handler = async ({ waits }) => {
        spin(50);
        if (!waits) return;
        setInterval(tick, 1);
        for (;;) { await new Promise((go) => setImmediate(go)); if (Math.random() < 0.01) tick(); }
      };`;
    const fn = await startFunction(
      {
        files: { 'index.js': code },
        timeoutSeconds: 600,
        environment: { PROFILED_FN_PROFILES: 'wall,wait,loop,async,thread,worker,gc' },
      },
      bucket,
      { shutdownGraceMs: 60_000 },
    );
    await (await fn.invoke({})).report;
    const ended = fn.invoke({ waits: true }).catch((error: Error) => error.message);
    await until(() => fn.log.includes('tick'));
    // S3 does not answer before the function has been silent for a while.
    let isAnswered = false;
    bucket.fault = (_request, response) => {
      void silence(fn.log).then(() => {
        isAnswered = true;
        response.end();
      });
      return true;
    };
    await fn.close();
    expect(await ended).toContain('closed during invocation');
    expect(isAnswered).toBe(true);
  });

  it('does not end the process on SIGTERM before the user’s code has done what it has to', async () => {
    const code = `process.once('SIGTERM', () => {
        setTimeout(() => { console.log('cleaned up'); process.kill(process.pid, 'SIGKILL'); }, 1000);
      });
      exports.handler = async () => 1;`;
    const fn = await startFunction({ files: { 'index.js': code }, environment: everyInvocation }, bucket);
    for (let i = 0; i < 2; i++) await (await fn.invoke({})).report;
    await fn.close();
    expect(fn.log.join()).toContain('cleaned up');
  });

  it('signs with the credentials of the function, whatever its code puts into the environment', async () => {
    const signers: string[] = [];
    bucket.fault = ({ headers }) => {
      signers.push(
        `${/Credential=([^/]*)/.exec(String(headers.authorization))?.[1]} ${headers['x-amz-security-token']}`,
      );
      return false;
    };
    const code = `process.env.AWS_ACCESS_KEY_ID = 'OTHER'; delete process.env.AWS_SESSION_TOKEN;
      process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
      exports.handler = async () => 1;`;
    // Deployed so, too: a function whose data is on another server has its profiles in AWS all the same.
    const environment = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const fn = await startFunction({ files: { 'index.js': code }, environment }, bucket);
    await (await fn.invoke({})).report;
    await fn.close();
    expect(new Set(signers)).toEqual(new Set(['AKID token']));
  });

  it('takes no other sampling interval on SIGTERM, as that is a full start of V8’s profiler', async () => {
    const environment = preloaded(
      `const { Session } = require('node:inspector');
       const { post } = Session.prototype;
       Session.prototype.post = function (method, ...rest) {
         if (method === 'Profiler.setSamplingInterval') require('node:fs').writeSync(1, 'interval set\\n');
         return post.call(this, method, ...rest);
       };`,
    );
    const fn = await startFunction(
      {
        files: { 'index.js': `${busy} exports.handler = async () => spin(4);` },
        environment,
      },
      bucket,
    );
    // So many that another interval would suit them.
    for (let i = 0; i < 12; i++) await (await fn.invoke({})).report;
    await fn.close();
    expect(bucket.of('wall')).toHaveLength(2);
    // For initialization, and after it.
    expect(fn.log.filter((line) => line === 'interval set')).toHaveLength(2);
  });

  it('counts neither the freeze nor the time between invocations', async () => {
    const fn = await startFunction(
      {
        files: {
          'index.js': `${busy} exports.handler = async () => {
            const start = performance.now();
            spin(40);
            await new Promise((r) => setTimeout(r, 40));
            return performance.now() - start;
          };`,
        },
        environment: { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '600000' },
      },
      bucket,
    );
    let handledMs = 0;
    for (let i = 0; i < 4; i++) {
      const { payload, report } = await fn.invoke({});
      await report;
      handledMs += Number(payload.toString());
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    await fn.close();
    const wall = bucket.of('wall').reduce((sum, { profile }) => sum + total(profile, 'wall'), 0);
    const invoked = bucket.of('wall').reduce((sum, { profile }) => sum + Number(profile.durationNanos), 0);
    // 4 × 80 ms of invocations in 2 s of life.
    expect(invoked).toBeGreaterThan(4 * 75e6);
    expect(invoked).toBeLessThan(handledMs * 1e6 + 800e6);
    expect(wall).toBeLessThanOrEqual(invoked);
    expect(wall).toBeGreaterThan(0.75 * invoked);
  });

  it('finds ES modules with top-level await, and nested export paths', async () => {
    const fn = await startFunction(
      {
        files: {
          'src/app.mjs': `
            const greeting = await Promise.resolve('hello');
            export const api = { v1: { handler: async ({ name }) => greeting + ' ' + name } };`,
        },
        handler: 'src/app.api.v1.handler',
      },
      bucket,
    );
    const result = await fn.invoke({ name: 'you' });
    await fn.close();
    expect(result.payload.toString()).toBe('"hello you"');
  });

  it('runs the handler bare when it is switched off', async () => {
    const fn = await startFunction(
      { files: { 'index.js': 'exports.handler = async () => 1;' }, environment: { PROFILED_FN_ENABLED: 'false' } },
      bucket,
    );
    const result = await fn.invoke({});
    const { log } = await result.report;
    await fn.close();
    expect(result.payload.toString()).toBe('1');
    expect(log).toEqual([]);
    expect(bucket.requests).toBe(0);
  });

  it('runs the handler bare when its configuration is wrong, and says so once', async () => {
    const output: string[] = [];
    const fn = await startFunction(
      {
        files: { 'index.js': 'exports.handler = async () => 1;' },
        environment: { PROFILED_FN_WINDOW_SIZE: 'many' },
      },
      bucket,
      { onOutput: (line) => output.push(line) },
    );
    const result = await fn.invoke({});
    await result.report;
    await fn.close();
    expect(result.payload.toString()).toBe('1');
    expect(output.filter((line) => line.includes('not-profiling'))).toHaveLength(1);
    expect(output.join()).toContain('PROFILED_FN_WINDOW_SIZE is \\"many\\": it must be a number above 0');
  });

  const bare = 'exports.handler = async () => 1;';
  it.each([
    ['a debugger may attach', { NODE_OPTIONS: '--inspect=127.0.0.1:0' }, {}, 'Node.js runs with --inspect'],
    ['Datadog’s profiler is on', { DD_PROFILING_ENABLED: 'true' }, {}, 'Datadog’s profiler is on'],
    ['no instance is to be profiled', { PROFILED_FN_INSTANCE_FRACTION: '0' }, {}, '0 % of the instances'],
    ['there is too little memory', {}, { memoryMb: 40 }, 'too little memory is left'],
    [
      'the user’s code has loaded another profiler',
      {},
      {
        files: {
          'index.js': `require('@sentry/profiling-node'); ${bare}`,
          'node_modules/@sentry/profiling-node/index.js': '',
        },
      },
      'another profiler is loaded: @sentry/profiling-node',
    ],
  ])('runs the handler bare when %s, and says so once', async (_what, environment, rest, cause) => {
    const output: string[] = [];
    const fn = await startFunction(
      { files: { 'index.js': bare }, environment: { ...everyInvocation, ...environment }, ...rest },
      bucket,
      { onOutput: (line) => output.push(line) },
    );
    for (let i = 0; i < 2; i++) {
      const result = await fn.invoke({});
      await result.report;
      expect(result.payload.toString()).toBe('1');
    }
    await fn.close();
    const ours = output.filter((line) => line.includes('"profiled-fn"')).map((line) => JSON.parse(line));
    expect(ours).toMatchObject([{ kind: 'not-profiling', cause: expect.stringContaining(cause) }]);
    expect(bucket.requests).toBe(0);
  });

  it('labels every sample with the labels of the function', async () => {
    const fn = await startFunction(
      {
        files: { 'index.js': `${busy} exports.handler = async () => spin(50);` },
        environment: { PROFILED_FN_LABELS: 'team=shop' },
      },
      bucket,
    );
    await (await fn.invoke({})).report;
    await fn.close();
    const labels = [...bucket.of('wall'), ...bucket.of('init')].flatMap(({ profile }) =>
      profile.samples.map((sample) => sample.labels),
    );
    expect(labels.length).toBeGreaterThan(0);
    for (const each of labels) expect(each).toContainEqual({ key: 'team', str: 'shop' });
  });
});
