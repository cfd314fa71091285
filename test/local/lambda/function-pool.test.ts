import { expect, it } from 'vitest';
import { FunctionPool } from '../../../local/lambda/function-pool';
import { cleanUp, deployedFunction, json, options } from './support/function-under-test';

function pool(handler: string, concurrency: number): FunctionPool {
  const made = new FunctionPool(deployedFunction({ 'index.mjs': handler }), options, concurrency);
  cleanUp(() => made.close());
  return made;
}

it('200 invocations at once are answered, each with its own result, by as many environments as allowed', async () => {
  const storm = pool(
    `export const handler = async (event) => {
      await new Promise((go) => setTimeout(go, event.n % 3));
      return { n: event.n, pid: process.pid };
    };`,
    3,
  );
  const results = await Promise.all(Array.from({ length: 200 }, (_, n) => storm.invoke({ n })));
  const answers = results.map((result) => json(result.payload) as { n: number; pid: number });
  expect(answers.map((answer) => answer.n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(new Set(answers.map((answer) => answer.pid)).size).toBe(3);
  expect(storm.size).toBe(3);
  expect(results.filter((result) => result.coldStart)).toHaveLength(3);
});

it('one after the other, invocations use the same environment', async () => {
  const calm = pool('export const handler = async () => process.pid;', 5);
  const pids = new Set<unknown>();
  for (let n = 0; n < 5; n++) {
    const result = await calm.invoke();
    await result.report;
    pids.add(json(result.payload));
  }
  expect(pids.size).toBe(1);
  expect(calm.size).toBe(1);
});

it('a failed invocation does not take its environment from the pool', async () => {
  const single = pool('export const handler = async (event) => { if (event) process.exit(1); return 1; };', 1);
  expect((await single.invoke(true)).error?.errorType).toBe('Runtime.ExitError');
  await expect(single.invoke(() => {})).rejects.toThrow('cannot be an event');
  expect((await single.invoke(false)).payload.toString()).toBe('1');
});

it('a function that cannot be started fails every invocation, those that wait included', async () => {
  const fn = deployedFunction({}, { runtime: 'python3.13' });
  const broken = new FunctionPool(fn, options, 1);
  const outcomes = await Promise.allSettled([broken.invoke(), broken.invoke(), broken.invoke()]);
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(broken.size).toBe(0);
});

it('closing fails what runs or waits', async () => {
  const closing = pool('export const handler = () => new Promise(() => setTimeout(() => {}, 60_000));', 1);
  const failures = Promise.all(
    [closing.invoke(), closing.invoke()].map((invocation) => expect(invocation).rejects.toThrow(/closed/)),
  );
  await new Promise((resolve) => setTimeout(resolve, 10));
  await closing.close();
  await failures;
  await expect(closing.invoke()).rejects.toThrow('Make another pool.');
});

it.each([0, 1.5, Number.NaN])('a concurrency of %s is refused', (concurrency) => {
  expect(() => new FunctionPool(deployedFunction({}), options, concurrency)).toThrow('Use an integer from 1 up.');
});
