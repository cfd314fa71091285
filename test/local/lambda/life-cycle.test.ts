import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployedFunction, EXTENSION, json, processState, start, stopped, until } from './support/function-under-test';

const ECHO = 'export const handler = async (event) => event;';

describe('the freeze', () => {
  it('a process is stopped after initialization and between invocations: no timer fires', async () => {
    const fn = deployedFunction({
      'index.mjs': `let last = performance.now();
        let longestGapMs = 0;
        setInterval(() => {
          longestGapMs = Math.max(longestGapMs, performance.now() - last);
          last = performance.now();
        }, 5);
        export const handler = async () => {
          await new Promise((go) => setTimeout(go, 20));
          return longestGapMs;
        };`,
    });
    const environment = await start(fn);
    await stopped(environment.pid);
    const first = await environment.invoke();
    await first.report;
    await stopped(environment.pid);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(json((await environment.invoke()).payload)).toBeGreaterThanOrEqual(300);
  });

  it('processes that the function started are stopped, and end, with it', async () => {
    const fn = deployedFunction({
      'index.mjs': `import { spawn } from 'node:child_process';
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 5)']);
        export const handler = async () => child.pid;`,
    });
    const environment = await start(fn);
    const result = await environment.invoke();
    await result.report;
    const child = Number(result.payload.toString());
    await stopped(child);
    await environment.close();
    // Its new parent may not have waited for it yet.
    await until(() => ['', 'Z'].includes(processState(child)));
  });

  it('an extension holds it off after the response', async () => {
    const fn = deployedFunction({
      'index.mjs': `import { existsSync } from 'node:fs';
        ${EXTENSION}
        (async () => {
          for (;;) {
            const event = await nextEvent();
            while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 5));
            console.log('extension', event.eventType, event.requestId);
          }
        })();
        ${ECHO}`,
    });
    const environment = await start(fn);
    await stopped(environment.pid);
    const result = await environment.invoke({ n: 1 });
    expect(json(result.payload)).toEqual({ n: 1 });
    expect(processState(environment.pid)).not.toBe('T');
    writeFileSync(join(fn.codeDirectory, 'go'), '');
    const report = await result.report;
    expect(report.log.at(-1)).toContain(`extension INVOKE ${result.requestId}`);
    expect(report.postResponseMs).toBeGreaterThan(0);
    await stopped(environment.pid);
    expect(json((await environment.invoke({ n: 2 })).payload)).toEqual({ n: 2 });
  });
});

describe('failures', () => {
  it.each(['nodejs22.x', 'nodejs24.x'])(
    '%s: an error of a module is repeated and reported on invocation',
    async (runtime) => {
      const fn = deployedFunction(
        {
          'index.mjs': `import { appendFileSync } from 'node:fs';
          appendFileSync('starts', 'x');
          throw new SyntaxError('at load');`,
        },
        { runtime },
      );
      const environment = await start(fn);
      expect(environment.pid).toBeUndefined();
      const result = await environment.invoke();
      expect(result.functionError).toBe('Unhandled');
      expect(result.error).toMatchObject({
        errorType: 'Runtime.UserCodeSyntaxError',
        errorMessage: 'SyntaxError: at load',
      });
      expect(result.coldStart).toBe(true);
      expect(readFileSync(join(fn.codeDirectory, 'starts'), 'utf8')).toBe('xx');
    },
  );

  it.each(['nodejs22.x', 'nodejs24.x'])('%s: a missing handler is named', async (runtime) => {
    const fn = deployedFunction({ 'index.mjs': ECHO }, { runtime, handler: 'index.nothing' });
    const result = await (await start(fn)).invoke();
    expect(result.error).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.nothing is undefined or not exported',
    });
  });

  it('a process that exits ends the invocation, and the next one finds a new process', async () => {
    const fn = deployedFunction({
      'index.mjs': `let count = 0;
        export const handler = async (event) => {
          if ('exit' in event) { console.log('leaving'); process.exit(event.exit); }
          if ('kill' in event) { process.kill(process.pid, event.kill); await new Promise(() => {}); }
          return ++count;
        };`,
    });
    const environment = await start(fn);
    const fail = async (event: unknown) => {
      expect((await environment.invoke({})).payload.toString()).toBe('1');
      const result = await environment.invoke(event);
      const report = await result.report;
      expect(report.timedOut).toBe(false);
      return { ...result.error, log: report.log, requestId: result.requestId };
    };
    const exit = await fail({ exit: 3 });
    expect(exit).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${exit.requestId} Error: Runtime exited with error: exit status 3`,
    });
    expect(exit.log.at(-1)).toMatch(/leaving$/);
    expect((await fail({ exit: 0 })).errorMessage).toMatch(/Error: Runtime exited without providing a reason$/);
    expect((await fail({ kill: 'SIGKILL' })).errorMessage).toMatch(/Error: Runtime exited with error: signal: killed$/);
    expect((await environment.invoke({})).coldStart).toBe(true);
  });

  it('an uncaught exception is the answer, and ends the process', async () => {
    const fn = deployedFunction(
      {
        'index.js': `exports.handler = () => new Promise(() => {
          setTimeout(() => { throw new RangeError('stray'); });
        });`,
      },
      { runtime: 'nodejs22.x' },
    );
    const environment = await start(fn);
    const { pid } = environment;
    const result = await environment.invoke();
    expect(result.error).toMatchObject({ errorType: 'RangeError', errorMessage: 'stray' });
    await result.report;
    expect(environment.pid).toBeUndefined();
    expect(processState(pid)).toBe('');
  });

  it('a timeout ends the process, a handler that blocks it included, and the next invocation finds a new one', async () => {
    const fn = deployedFunction(
      { 'index.mjs': 'export const handler = async (event) => { while (event.block) ; return 1; };' },
      { timeoutSeconds: 0.4 },
    );
    const environment = await start(fn);
    const { pid } = environment;
    const result = await environment.invoke({ block: true });
    expect(result.error).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 0.40 seconds`,
    });
    const report = await result.report;
    expect(report.timedOut).toBe(true);
    expect(report.log.at(-1)).toMatch(new RegExp(`Z ${result.requestId} Task timed out after 0\\.40 seconds$`));
    expect(processState(pid)).toBe('');
    // Initialization now counts against the timeout, and may take longer on a busy machine.
    fn.timeoutSeconds = 10;
    const next = await environment.invoke({});
    expect(next.coldStart).toBe(true);
    expect(next.payload.toString()).toBe('1');
  });

  it('a timeout after the response ends the process, but the response has been given', async () => {
    const fn = deployedFunction({ 'index.mjs': `${EXTENSION} nextEvent(); ${ECHO}` }, { timeoutSeconds: 1.5 });
    const environment = await start(fn);
    const result = await environment.invoke('early');
    expect(result.payload.toString()).toBe('"early"');
    expect(result).not.toHaveProperty('functionError');
    expect((await result.report).timedOut).toBe(true);
    expect(environment.pid).toBeUndefined();
  });

  it('an initialization that takes too long is started over inside the first invocation', async () => {
    const fn = deployedFunction({
      'index.mjs': `import { existsSync } from 'node:fs';
        if (!existsSync('fast')) await new Promise((go) => setTimeout(go, 60_000));
        ${ECHO}`,
    });
    const environment = await start(fn, { initTimeoutMs: 400 });
    expect(environment.pid).toBeUndefined();
    writeFileSync(join(fn.codeDirectory, 'fast'), '');
    const result = await environment.invoke('now');
    expect(result.payload.toString()).toBe('"now"');
    expect(result.coldStart).toBe(true);
    expect(await result.report).not.toHaveProperty('initDurationMs');
  });

  it('an extension that never asks for an event keeps initialization from ending', async () => {
    const fn = deployedFunction({ 'index.mjs': `${EXTENSION} ${ECHO}` }, { timeoutSeconds: 0.5 });
    const environment = await start(fn, { initTimeoutMs: 400 });
    expect((await environment.invoke()).error?.errorType).toBe('Sandbox.Timedout');
  });

  it('an extension that reports an error before the process exits gives the failure its type', async () => {
    const fn = deployedFunction({
      'index.mjs': `${EXTENSION}
        await fetch(api + 'init/error', { method: 'POST', headers: {
          'Lambda-Extension-Identifier': id, 'Lambda-Extension-Function-Error-Type': 'Extension.NoBucket' } });
        process.exit(1);`,
    });
    const { error } = await (await start(fn)).invoke();
    expect(error?.errorType).toBe('Extension.InitError');
    expect(error?.errorMessage).toMatch(/exit status 1$/);
  });
});

describe('the end', () => {
  const onSigterm = `import { writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => { writeFileSync('sigterm', ''); process.exit(0); });`;

  it('with an extension, the process gets SIGTERM and time to handle it', async () => {
    const fn = deployedFunction({ 'index.mjs': `${onSigterm} ${EXTENSION} nextEvent(); ${ECHO}` });
    const environment = await start(fn);
    const { pid } = environment;
    await environment.close();
    expect(existsSync(join(fn.codeDirectory, 'sigterm'))).toBe(true);
    expect(processState(pid)).toBe('');
  });

  it('without an extension, it is killed at once', async () => {
    const fn = deployedFunction({ 'index.mjs': `${onSigterm} ${ECHO}` });
    const environment = await start(fn);
    const { pid } = environment;
    await environment.close();
    expect(existsSync(join(fn.codeDirectory, 'sigterm'))).toBe(false);
    expect(processState(pid)).toBe('');
  });

  it('a process that ignores SIGTERM is killed', async () => {
    const fn = deployedFunction({
      'index.mjs': `process.on('SIGTERM', () => {}); ${EXTENSION} nextEvent(); ${ECHO}`,
    });
    const environment = await start(fn);
    const { pid } = environment;
    await environment.close();
    expect(processState(pid)).toBe('');
  });

  it('an invocation that is running fails, and so does every later one', async () => {
    const environment = await start(
      deployedFunction({
        'index.mjs': 'export const handler = () => new Promise(() => setTimeout(() => {}, 60_000));',
      }),
    );
    const running = expect(environment.invoke()).rejects.toThrow('was closed during invocation');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await environment.close();
    await running;
    await expect(environment.invoke()).rejects.toThrow('is closed. Start another one.');
  });
});

it('an environment runs one invocation at a time, and says so', async () => {
  const environment = await start(
    deployedFunction({
      'index.mjs': 'export const handler = (event) => new Promise((go) => setTimeout(go, 50, event));',
    }),
  );
  const first = environment.invoke(1);
  await expect(environment.invoke(2)).rejects.toThrow(/busy with invocation [0-9a-f-]{36}/);
  expect((await first).payload.toString()).toBe('1');
  expect((await environment.invoke(3)).payload.toString()).toBe('3');
});

it('output of both streams reaches the listener, the environment and the invocation, line by line', async () => {
  const lines: string[] = [];
  const environment = await start(
    deployedFunction({
      'index.mjs': `console.log('loading');
        export const handler = async (event) => {
          console.log('two\\nlines');
          process.stderr.write('to stderr\\nwithout end');
        };`,
    }),
    { onOutput: (line) => lines.push(line) },
  );
  const result = await environment.invoke();
  const { log } = await result.report;
  expect(log).toHaveLength(2);
  expect(log.join('|')).toContain(`${result.requestId}\tINFO\ttwo\nlines`);
  expect(log).toContain('to stderr');
  await environment.close();
  await until(() => lines.length === 4);
  expect(lines[0]).toMatch(/\tINFO\tloading$/);
  expect(lines.at(-1)).toBe('without end');
  expect(environment.log).toEqual(lines);
});
