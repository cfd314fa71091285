import type { DeployedFunction } from '../types';
import {
  type ExecutionEnvironment,
  type ExecutionEnvironmentOptions,
  type InvokeOptions,
  startExecutionEnvironment,
} from './execution-environment';
import type { InvocationResult } from './invocation';

/**
 * A function's execution environments. An invocation takes an idle one, starts one, or waits for one.
 *
 * An environment is idle when the work after its response has ended too, as on Lambda.
 */
export class FunctionPool {
  readonly #fn: DeployedFunction;
  readonly #options: ExecutionEnvironmentOptions;
  readonly #concurrency: number;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** The one that was used last is at the end, and is used first. */
  readonly #idle: ExecutionEnvironment[] = [];
  /** Wake those who wait, one for each environment that becomes idle or fails to start. */
  readonly #waiting: (() => void)[] = [];
  readonly #starting = new Set<Promise<unknown>>();
  #closed = false;

  /** @param concurrency - how many environments there may be; at least 1 */
  constructor(fn: DeployedFunction, options: ExecutionEnvironmentOptions, concurrency: number) {
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new Error(`${fn.functionName}: a concurrency of ${concurrency} is not possible. Use an integer from 1 up.`);
    }
    this.#fn = fn;
    this.#options = options;
    this.#concurrency = concurrency;
  }

  /** How many environments there are. */
  get size(): number {
    return this.#environments.size + this.#starting.size;
  }

  /** @throws as `startExecutionEnvironment` and `ExecutionEnvironment.invoke` do, and where the pool is closed */
  async invoke(event?: unknown, options?: InvokeOptions): Promise<InvocationResult> {
    const environment = await this.#acquire();
    try {
      const result = await environment.invoke(event, options);
      void result.report.then(() => this.#release(environment));
      return result;
    } catch (error) {
      this.#release(environment);
      throw error;
    }
  }

  /** Ends all environments; invocations that run or wait fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#environments].map((environment) => environment.close()));
  }

  async #acquire(): Promise<ExecutionEnvironment> {
    while (!this.#closed) {
      const idle = this.#idle.pop();
      if (idle) return idle;
      if (this.size < this.#concurrency) return this.#start();
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
    throw new Error(`${this.#fn.functionName}: its environments are closed. Make another pool.`);
  }

  async #start(): Promise<ExecutionEnvironment> {
    const starting = startExecutionEnvironment(this.#fn, this.#options).then((environment) => {
      this.#environments.add(environment);
      return environment;
    });
    this.#starting.add(starting);
    try {
      return await starting;
    } catch (error) {
      this.#waiting.shift()?.();
      throw error;
    } finally {
      this.#starting.delete(starting);
    }
  }

  #release(environment: ExecutionEnvironment): void {
    this.#idle.push(environment);
    this.#waiting.shift()?.();
  }
}
