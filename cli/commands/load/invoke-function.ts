import type { Lambda } from '../../aws/lambda';
import type { Outcome } from '../../load/load';

/** How a function is invoked for a load test. */
export interface InvokeForLoad {
  lambda: Lambda;
  /** The name in Lambda. */
  name: string;
  /** Version or alias. */
  qualifier?: string;
  /** Ask for the log, which tells cold starts. */
  log: boolean;
  signal: AbortSignal;
}

/**
 * Invokes a function once.
 *
 * @throws what the SDK throws, where trying again makes no sense
 */
export async function invokeForLoad(
  { lambda, name, qualifier, log, signal }: InvokeForLoad,
  event: unknown,
): Promise<Outcome> {
  const payload = Buffer.from(JSON.stringify(event));
  const start = performance.now();
  try {
    const invoked = await lambda.invoke(name, payload, { qualifier, log, signal });
    return { responseMs: performance.now() - start, ...coldStartOf(invoked.log), error: invoked.error };
  } catch (error) {
    const outcome = signal.aborted ? 'aborted' : outcomeOfFailure(error);
    if (outcome) return outcome;
    throw error;
  }
}

/**
 * What the log reports about a cold start: the line REPORT, the last one, has a field Init Duration then. A function that
 * writes a lot after the first line still has it: the log is cut at its beginning.
 *
 * @param log - the end of an invocation's log; where it has no such line, nothing is known
 */
export function coldStartOf(log: string | undefined): { coldStart?: boolean; initMs?: number } {
  const report = /^REPORT RequestId: .*$/m.exec(log ?? '')?.[0];
  if (report === undefined) return {};
  const init = /\tInit Duration: ([\d.]+) ms/.exec(report)?.[1];
  return init === undefined ? { coldStart: false } : { coldStart: true, initMs: Number(init) };
}

/** Undefined for what stays as it is: no permission, no such function, an event that is too large, … */
export function outcomeOfFailure(error: unknown): Outcome | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TooManyRequestsException') return 'throttled';
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  // Lambda itself, and the way to it, fail now and then.
  const passing =
    (status !== undefined && status >= 500) ||
    error.name === 'TimeoutError' ||
    ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(String(code));
  if (!passing) return undefined;
  const errorType = error.name === 'Error' && code !== undefined ? String(code) : error.name;
  return { noResponse: { errorType, errorMessage: error.message } };
}
