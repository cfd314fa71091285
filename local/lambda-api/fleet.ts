import type { ExecutionEnvironmentOptions } from '../lambda/execution-environment';
import { FunctionPool } from '../lambda/function-pool';
import type { InvocationResult } from '../lambda/invocation';
import { LambdaError } from './errors';
import type { Target } from './registry';

/** What starts the environments of a function with a role. */
export type LaunchAs = (roleArn: string) => ExecutionEnvironmentOptions;

/** Environments with one configuration, and what runs in them, the work after the response included. */
interface Group {
  version: string;
  pool: FunctionPool;
  running: Set<Promise<unknown>>;
}

/**
 * The execution environments of an app's functions. Each configuration of a function has its own; those of one that was
 * replaced end when nothing runs in them any more.
 */
export class Fleet {
  readonly #launch: LaunchAs;
  /** By ARN of the function, then by configuration. */
  readonly #groups = new Map<string, Map<string, Group>>();
  readonly #open = new Set<FunctionPool>();

  constructor(launch: LaunchAs) {
    this.#launch = launch;
  }

  /**
   * Runs a function.
   *
   * @throws LambdaError if as many environments as it may have are busy, or it cannot be run here
   */
  async invoke(target: Target, event: Buffer, clientContext: unknown): Promise<InvocationResult> {
    const { fn } = target;
    const groups = this.#groups.get(fn.arn) ?? new Map<string, Group>();
    this.#groups.set(fn.arn, groups);
    const busy = [...groups.values()].reduce((sum, { running }) => sum + running.size, 0);
    if (busy >= fn.concurrency) {
      throw new LambdaError('TooManyRequestsException', 'Rate Exceeded.', {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    }
    const { pool, running } = this.#groupOf(target, groups);
    const invocation = pool.invoke(event, { clientContext });
    const ended: Promise<unknown> = invocation.then(
      ({ report }) => report,
      () => undefined,
    );
    running.add(ended);
    void ended.then(() => running.delete(ended));
    try {
      return await invocation;
    } catch (error) {
      throw new LambdaError('ServiceException', (error as Error).message);
    }
  }

  /** Ends all environments. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((pool) => this.#end(pool)));
  }

  #groupOf({ fn, configuration }: Target, groups: Map<string, Group>): Group {
    const { deployed, concurrency } = fn;
    if (!deployed) throw new LambdaError('ServiceException', `${fn.name} cannot be run here: its runtime or its code.`);
    const { version, environment } = configuration.version === '$LATEST' ? fn.running : configuration;
    const id = JSON.stringify([version, environment]);
    const existing = groups.get(id);
    if (existing) return existing;
    for (const [other, group] of groups) {
      if (group.version !== version) continue;
      groups.delete(other);
      void Promise.all(group.running).then(() => this.#end(group.pool));
    }
    const pool = new FunctionPool({ ...deployed, environment, version }, this.#launch(deployed.roleArn), concurrency);
    this.#open.add(pool);
    const group = { version, pool, running: new Set<Promise<unknown>>() };
    groups.set(id, group);
    return group;
  }

  async #end(pool: FunctionPool): Promise<void> {
    if (this.#open.delete(pool)) await pool.close();
  }
}
