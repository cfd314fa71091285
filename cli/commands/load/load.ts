import { setMaxListeners } from 'node:events';
import { explain } from '../../aws/errors';
import { functionCall, openLambda } from '../../aws/lambda';
import type { Session } from '../../aws/session';
import { readPayloads } from '../../load/events';
import { applyLoad, errorCount, type LoadResult } from '../../load/load';
import { loadJson, loadTable } from '../../load/report';
import { type Located, type LocateOptions, locateStack } from '../../stacks/locate-stacks';
import { selectFunction, selectFunctions } from '../../stacks/select-functions';
import type { StackFunction } from '../../stacks/stack-outputs';
import { CommandError, exitCodes } from '../../terminal/command-error';
import { formatCount } from '../../terminal/format';
import type { Io } from '../../terminal/io';
import { choose } from '../../terminal/prompts';
import { wrapped } from '../../terminal/wrapped';
import { invokeForLoad } from './invoke-function';

export interface LoadCommandOptions extends LocateOptions {
  function?: string;
  /** Version or alias. */
  qualifier?: string;
  /** Files and folders with events. */
  payload: string[];
  /** Milliseconds. */
  duration?: number;
  count?: number;
  /** Starts a second. */
  rate?: number;
  concurrency: number;
  /** False: do not ask for logs. */
  logTail: boolean;
  json?: boolean;
}

/** How long a function is invoked where nothing else is said. */
const defaultDurationMs = 10_000;

/** `profiled-fn load`: invokes a deployed function again and again, and shows how long it took. */
export async function runLoadCommand(options: LoadCommandOptions, io: Io): Promise<void> {
  const events = readPayloads(options.payload);
  const located = await locateStack(options, io);
  const fn = await oneFunction(located, options, io);
  io.note(wrapped(headline(located, fn, options, events.length), io.terminal.width).join('\n'));
  const { result, interrupted } = await loadUntilInterrupted(located, fn, events, options, io);
  io.progress.clear();
  report(located, fn, options, result, io);
  if (result.failure) {
    throw failureOf(result.failure, located.session, fn.lambdaName, options.qualifier);
  }
  if (interrupted) {
    throw new CommandError('Interrupted.', 'The invocations until then are above.', {
      exitCode: exitCodes.interrupted,
    });
  }
  if (errorCount(result) + result.throttled > 0 && result.succeeded === 0) {
    throw new CommandError(
      `No invocation of ${fn.lambdaName} succeeded.`,
      result.throttled > 0
        ? 'It is throttled: see its reserved concurrency and the concurrency of the account.'
        : 'Check whether the function supports the event; --payload names a file with another one.',
    );
  }
  io.note(`To see where the time went: profiled-fn fetch --stack ${located.stack.name} --function ${fn.name}`);
}

/** What made it impossible to go on, for people. */
function failureOf(failure: unknown, session: Session, name: string, qualifier: string | undefined): unknown {
  const code = failure instanceof Error ? failure.name : '';
  if (code === 'ResourceNotFoundException') {
    return new CommandError(
      `Lambda has no function ${name}${qualifier === undefined ? '' : ` with a version or alias ${qualifier}`}.`,
      qualifier === undefined ? 'Deploy its stack again.' : 'Check --qualifier; without it, $LATEST is invoked.',
      { cause: failure },
    );
  }
  if (code === 'RequestTooLargeException') {
    return new CommandError('An event is larger than the 6 MB that Lambda takes.', 'Use a smaller one.', {
      cause: failure,
    });
  }
  return explain(failure, session, functionCall(session, 'InvokeFunction', name));
}

/** Others than the one that is meant must not be invoked: where several could be, one has to be chosen. */
async function oneFunction({ stack }: Located, options: LoadCommandOptions, io: Io): Promise<StackFunction> {
  const functions = selectFunctions(stack, options.function);
  if (functions.length === 1) return functions[0];
  if (io.terminal.interactive) {
    const choices = functions.map(({ name, lambdaName }) => ({ value: name, label: name, hint: lambdaName }));
    return selectFunction(stack, await choose(`Which function of ${stack.name} should be invoked?`, choices));
  }
  throw new CommandError(
    `Stack ${stack.name} has ${functions.length} profiled functions.`,
    `Choose one with --function:\n${functions.map((fn) => `  ${fn.name}`).join('\n')}`,
  );
}

function headline(
  { stack }: Located,
  fn: StackFunction,
  { qualifier, concurrency, rate }: LoadCommandOptions,
  events: number,
): string {
  const parts = [
    `Invoking ${fn.name} (${fn.lambdaName}${qualifier === undefined ? '' : `:${qualifier}`}) of stack ${stack.name}`,
    `account ${stack.account}, region ${stack.region}`,
    formatCount(events, 'event'),
    `${concurrency} at a time`,
    ...(rate === undefined ? [] : [`${rate} a second`]),
  ];
  return parts.join(', ');
}

async function loadUntilInterrupted(
  { session }: Located,
  fn: StackFunction,
  events: ReturnType<typeof readPayloads>,
  { concurrency, rate, qualifier, logTail, ...options }: LoadCommandOptions,
  io: Io,
): Promise<{ result: LoadResult; interrupted: boolean }> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // each request in flight listens
  const interrupt = () => stop.abort();
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const lambda = openLambda(session, concurrency);
  const { duration, count } = options;
  const limit = duration === undefined && count === undefined ? { duration: defaultDurationMs } : { duration, count };
  try {
    const call = { lambda, name: fn.lambdaName, qualifier, log: logTail, signal: stop.signal };
    const result = await applyLoad(
      (event) => invokeForLoad(call, event),
      { events, limit, concurrency, rate, signal: stop.signal },
      (so) => io.progress.show(() => progressText(so)),
    );
    return { result, interrupted: stop.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    lambda.close();
  }
}

function progressText(result: LoadResult): string {
  const errors = errorCount(result);
  const remarks = [
    ...(errors > 0 ? [`${errors} failed`] : []),
    ...(result.throttled > 0 ? [`${result.throttled} throttled`] : []),
  ];
  const responses = formatCount(result.responseTimes.length, 'response');
  return `${responses}${remarks.length > 0 ? ` (${remarks.join(', ')})` : ''} in ${Math.round(result.elapsedMs / 1000)} s`;
}

function report(
  { stack }: Located,
  fn: StackFunction,
  { json, qualifier }: LoadCommandOptions,
  result: LoadResult,
  io: Io,
): void {
  if (!json) {
    io.result(loadTable([{ name: fn.name, result }], io.terminal));
    return;
  }
  const { name, account, region } = stack;
  const about = { stack: name, account, region, function: fn.name, lambdaName: fn.lambdaName, qualifier };
  io.json({ version: 1, ...about, ...loadJson(result) });
}
