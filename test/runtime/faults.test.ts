import { describe, expect, it } from 'vitest';
import type { Profile } from '../../profile/model/profile';
import { type ApiFault, ApiProxy } from './support/api-proxy';
import {
  type Fault,
  ownLines,
  preloaded,
  RecordingBucket,
  startFunction,
  TEST_CERTIFICATE,
  type TestFunction,
  total,
} from './support/harness';

const work = 'exports.handler = async ({ n }) => { for (let i = 0; i < 2e5; i++) Math.sqrt(i); return n; };';
const often = { PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1', PROFILED_FN_PROFILES: 'wall,init' };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Invokes a function several times, then ends it. */
async function run(
  fn: Partial<TestFunction>,
  bucket: RecordingBucket,
  times: number,
  pauseMs = 0,
  endpointUrl?: string,
) {
  const output: string[] = [];
  const environment = await startFunction({ files: { 'index.js': work }, environment: often, ...fn }, bucket, {
    onOutput: (line) => output.push(line),
    ...(endpointUrl ? { endpointUrl } : {}),
  });
  const results = [];
  for (let n = 1; n <= times; n++) {
    const result = await environment.invoke({ n });
    await result.report;
    results.push(result.functionError ?? result.payload.toString());
    await pause(pauseMs);
  }
  await environment.close();
  const notStored = output.filter((line) => line.includes('snapshot-not-stored')).length;
  return { results, ours: ownLines(output), notStored, output };
}

const recordsIn = ({ samples }: Profile) => samples.filter(({ locations }) => locations.length === 0).length;
/** Invocations of which the bucket has a record. */
const recorded = (bucket: RecordingBucket) =>
  bucket.of('wall').reduce((sum, { profile }) => sum + recordsIn(profile), 0);

async function withBucket(test: (bucket: RecordingBucket) => Promise<void>): Promise<void> {
  const bucket = await RecordingBucket.start();
  try {
    await test(bucket);
  } finally {
    await bucket.close();
  }
}

const refusal =
  (status: number, code: string): Fault =>
  (_request, response) => {
    response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
    return true;
  };

const passing: Record<string, Fault> = {
  'answers 404 NoSuchBucket': refusal(404, 'NoSuchBucket'),
  'answers 503 SlowDown': refusal(503, 'SlowDown'),
  'breaks off in the middle of the request': (request) => {
    request.once('data', () => request.socket.destroy());
    return true;
  },
  'breaks off in the middle of the response': (_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
    return true;
  },
};

describe.concurrent('nothing is lost that could be kept, and one line tells of it', () => {
  it.each(Object.entries(passing))('when the bucket %s for a while', async (_what, fault) => {
    await withBucket(async (bucket) => {
      let failures = 3;
      bucket.fault = (...exchange) => failures-- > 0 && fault(...exchange);
      const { results, ours, notStored } = await run({}, bucket, 5, 40);
      expect(results).toEqual(['1', '2', '3', '4', '5']);
      expect(recorded(bucket)).toBe(5);
      expect(bucket.of('init')).toHaveLength(1);
      expect(notStored).toBe(1);
      expect(ours.filter(({ kind }) => kind !== 'snapshot-not-stored')).toEqual([]);
    });
  });

  it('and Node.js has nothing to warn of, however many are sent again at once', async () => {
    await withBucket(async (bucket) => {
      bucket.fault = (...exchange) => bucket.requests <= 105 && refusal(500, '')(...exchange);
      const environment = { ...often, PROFILED_FN_PROFILES: 'wall', PROFILED_FN_WINDOW_SIZE: '30' };
      const { output } = await run({ environment }, bucket, 25, 40);
      expect(bucket.puts.length).toBeGreaterThan(10);
      expect(output.filter((line) => line.includes('Warning'))).toEqual([]);
    });
  });

  it('when nothing listens where the bucket should be', async () => {
    await withBucket(async (bucket) => {
      const { results, ours } = await run({}, bucket, 3, 20, 'http://127.0.0.1:1');
      expect(results).toEqual(['1', '2', '3']);
      expect(ours.map(({ kind }) => kind)).toEqual(['snapshot-not-stored']);
      expect(ours[0].cause).toContain('ECONNREFUSED');
    });
  });
});

describe.concurrent('the bucket', () => {
  it('is reached over TLS, if its certificate is trusted', async () => {
    const bucket = await RecordingBucket.start(true);
    const url = `https://localhost:${bucket.port}`;
    const trusting = { ...often, NODE_EXTRA_CA_CERTS: TEST_CERTIFICATE };
    expect((await run({ environment: trusting }, bucket, 2, 20, url)).ours).toEqual([]);
    expect(recorded(bucket)).toBe(2);
    const { results, ours } = await run({}, bucket, 2, 20, url);
    expect(results).toEqual(['1', '2']);
    expect(ours).toMatchObject([{ kind: 'snapshot-not-stored', cause: expect.stringContaining('self-signed') }]);
    expect(recorded(bucket)).toBe(2);
    await bucket.close();
  });

  it('may be slow: the response does not wait for it', async () => {
    await withBucket(async (bucket) => {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const begun = new Promise<void>((resolve) => {
        bucket.fault = (_request, response) => {
          resolve();
          void released.then(() => response.end());
          return true;
        };
      });
      const fn = await startFunction({ files: { 'index.js': work }, environment: often }, bucket);
      const result = await fn.invoke({ n: 1 });
      expect(result.payload.toString()).toBe('1');
      await begun;
      release();
      expect((await result.report).timedOut).toBe(false);
      await fn.close();
    });
  });

  it('may be in another region: the next request is signed for that', async () => {
    await withBucket(async (bucket) => {
      const scopes: string[] = [];
      bucket.fault = ({ headers }, response) => {
        const [, region] = /Credential=AKID\/\d{8}\/([^/]+)\/s3/.exec(headers.authorization ?? '') ?? [];
        scopes.push(region);
        if (region === 'eu-central-1') return false;
        response
          .writeHead(301, { 'x-amz-bucket-region': 'eu-central-1' })
          .end('<Error><Code>PermanentRedirect</Code></Error>');
        return true;
      };
      const { ours } = await run({}, bucket, 3, 30);
      expect(recorded(bucket)).toBe(3);
      expect(ours).toEqual([]);
      // The snapshots of the first flush leave together, and both have to learn.
      expect(scopes.filter((region) => region === 'eu-west-1')).toHaveLength(2);
    });
  });

  it('may see our clock as wrong: the next request is signed by its own', async () => {
    await withBucket(async (bucket) => {
      const serverTime = Date.now() + 86_400_000;
      bucket.fault = ({ headers }, response) => {
        const [, y, mo, d, h, mi, s] = /(....)(..)(..)T(..)(..)(..)Z/.exec(String(headers['x-amz-date'])) ?? [];
        const sentAt = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
        if (Math.abs(sentAt - serverTime) < 60_000) return false;
        response.setHeader('date', new Date(serverTime).toUTCString());
        return refusal(403, 'RequestTimeTooSkewed')(undefined as never, response);
      };
      const { ours } = await run({}, bucket, 2, 30);
      expect(recorded(bucket)).toBe(2);
      expect(ours).toEqual([]);
    });
  });
});

describe.concurrent('the system clock', () => {
  it.each([
    ['forward', 86_400_000],
    ['back', -86_400_000],
  ])('may jump %s while the handler runs: windows and records stay right', async (_direction, jumpMs) => {
    await withBucket(async (bucket) => {
      const code = `
        exports.handler = async ({ n }) => {
          if (n === 2) globalThis.jumpMs = ${jumpMs};
          await new Promise((r) => setTimeout(r, 20));
          if (n === 4) globalThis.jumpMs = 0;
          return n;
        };`;
      const clock = preloaded('const { now } = Date; Date.now = () => now() + (globalThis.jumpMs ?? 0);');
      const environment = { ...often, ...clock };
      const { results, ours } = await run({ files: { 'index.js': code }, environment }, bucket, 5, 20);
      expect(results).toEqual(['1', '2', '3', '4', '5']);
      expect(recorded(bucket)).toBe(5);
      expect(ours).toEqual([]);
      for (const { metadata, profile } of bucket.of('wall')) {
        for (const time of [metadata.start, metadata.end]) {
          expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
        }
        expect(Number(profile.durationNanos)).toBeLessThan(60e9);
        expect(total(profile, 'wall')).toBeLessThanOrEqual(Number(profile.durationNanos));
      }
    });
  });
});

describe.concurrent('the Extensions API', () => {
  /** Then the runtime client cannot be made to wait, and the extension has to hold the environment. */
  const byHttp = { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true' };
  const through = async (fault: ApiFault, test: (bucket: RecordingBucket, proxy: ApiProxy) => Promise<void>) => {
    const proxy = await ApiProxy.start(fault);
    await withBucket((bucket) => test(bucket, proxy)).finally(() => proxy.close());
  };

  it('may refuse to register: the handler runs bare', async () => {
    const refuse: ApiFault = (_request, response) => Boolean(response.writeHead(403).end('{}'));
    await through(refuse, async (bucket, { environment }) => {
      const { results, ours } = await run({ environment: { ...often, ...environment } }, bucket, 3);
      expect(results).toEqual(['1', '2', '3']);
      expect(ours).toMatchObject([
        { kind: 'not-profiling', cause: expect.stringContaining('answered 403 to register') },
      ]);
      expect(bucket.requests).toBe(0);
    });
  });

  it('may not be there: the handler runs bare', async () => {
    const hangUp: ApiFault = (request) => Boolean(request.socket.destroy());
    await through(hangUp, async (bucket, { environment }) => {
      const { results, ours } = await run({ environment: { ...often, ...environment } }, bucket, 3);
      expect(results).toEqual(['1', '2', '3']);
      expect(ours).toMatchObject([{ kind: 'not-profiling', cause: expect.stringMatching(/closed|ECONNRESET/) }]);
    });
  });

  it.each<[string, ApiFault]>([
    ['break the connection again and again', (request) => Boolean(request.socket.destroy())],
    ['refuse', (_request, response) => Boolean(response.writeHead(500).end('{}'))],
  ])(
    'may %s once it has been asked for events: nothing is lost, as work does not depend on it',
    async (_what, fault) => {
      let asked = 0;
      const later: ApiFault = (request, response, forward) => {
        if (!request.url?.endsWith('/event/next')) return false;
        // Lambda has heard the first question: without one, initialization would never end.
        if (++asked === 1) forward();
        setTimeout(() => fault(request, response, forward), 10);
        return true;
      };
      await through(later, async (bucket, { environment }) => {
        const { results, ours } = await run({ environment: { ...often, ...environment } }, bucket, 6, 30);
        expect(results).toEqual(['1', '2', '3', '4', '5', '6']);
        expect(asked).toBeGreaterThan(1);
        expect(recorded(bucket)).toBe(6);
        expect(ours).toEqual([]);
      });
    },
  );

  it('is not asked in invocations', async () => {
    let asked = 0;
    const count: ApiFault = ({ url }) => Boolean(url?.endsWith('/event/next') && ++asked < 0);
    await through(count, async (bucket, { environment }) => {
      await run({ environment: { ...often, ...environment } }, bucket, 6);
      expect(asked).toBe(1);
      expect(recorded(bucket)).toBe(6);
    });
  });

  it('may break the connection while the instance idles: it is asked again, and nothing is lost', async () => {
    let asked = 0;
    const breakOff: ApiFault = (request, _response, forward) => {
      if (!request.url?.endsWith('/event/next') || ++asked % 2 === 1) return false;
      // Lambda has heard the question, and the answer will find nobody.
      forward();
      setTimeout(() => request.socket.destroy(), 10);
      return true;
    };
    await through(breakOff, async (bucket, { environment }) => {
      const { results, ours } = await run({ environment: { ...often, ...environment, ...byHttp } }, bucket, 6, 30);
      expect(results).toEqual(['1', '2', '3', '4', '5', '6']);
      expect(asked).toBeGreaterThan(6);
      expect(recorded(bucket)).toBe(6);
      expect(ours).toEqual([]);
    });
  });

  it('may go on failing: profiling ends, and the handler goes on as soon as Lambda lets it', async () => {
    let asked = 0;
    // So often that profiling ends; then it works again, or Lambda would wait for ever.
    const fail: ApiFault = (request, response) =>
      Boolean(request.url?.endsWith('/event/next') && ++asked > 2 && asked < 10 && response.writeHead(500).end('{}'));
    await through(fail, async (bucket, { environment }) => {
      const { results, ours } = await run({ environment: { ...often, ...environment, ...byHttp } }, bucket, 4);
      expect(results).toEqual(['1', '2', '3', '4']);
      expect(asked).toBeGreaterThan(10);
      expect(ours).toMatchObject([{ kind: 'extension-lost', cause: expect.stringContaining('answered 500') }]);
      // What came before it was lost; how much of that had left by then is a matter of time.
      expect([1, 2]).toContain(recorded(bucket));
    });
  });
});

describe('an instance', () => {
  it('may be invoked and frozen hundreds of times in a row: every invocation is recorded, no frozen time counted', async () => {
    await withBucket(async (bucket) => {
      const environment = { ...often, PROFILED_FN_SNAPSHOT_INTERVAL_MS: '200' };
      const code =
        'exports.handler = async () => { const end = performance.now() + 4; while (performance.now() < end); };';
      const { results, ours } = await run({ files: { 'index.js': code }, environment }, bucket, 200, 2);
      expect(results).toHaveLength(200);
      expect(recorded(bucket)).toBe(200);
      expect(ours).toEqual([]);
      const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
      const invoked = sum(bucket.of('wall').map(({ profile }) => Number(profile.durationNanos))) / 1e6;
      const sampled = sum(bucket.of('wall').map(({ profile }) => total(profile, 'wall'))) / 1e6;
      expect(invoked).toBeGreaterThanOrEqual(800);
      expect(sampled).toBeLessThanOrEqual(invoked);
      expect(sampled).toBeGreaterThan(0.9 * invoked);
    });
  });
});

// Otherwise it dies of SIGSEGV now and then, some one time in 400: the thread uses what the process has freed already.
it.runIf(process.platform === 'linux')('V8’s sampling thread has ended when a process exits', async () => {
  const code = `
    const { readdirSync, readFileSync } = require('node:fs');
    const threads = () => readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
    const sampling = () => console.log('sampling: ' + threads().includes('v8:ProfEvntProc'));
    sampling();
    process.on('exit', sampling);
    process.exit(3);`;
  await withBucket(async (bucket) => {
    const output: string[] = [];
    const environment = await startFunction({ files: { 'index.js': code }, environment: often }, bucket, {
      onOutput: (line) => output.push(line),
    });
    const { error } = await environment.invoke();
    expect(error?.errorMessage).toContain('exit status 3');
    await environment.close();
    const told = output.flatMap((line) => /sampling: \w+/.exec(line) ?? []);
    // Lambda starts it a second time for the invocation.
    expect(new Set(told)).toEqual(new Set(['sampling: true', 'sampling: false']));
    expect(told.at(-1)).toBe('sampling: false');
  });
});
