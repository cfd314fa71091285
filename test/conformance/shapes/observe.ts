import type { InvocationResult } from '../../../local/lambda/invocation';
import { RecordingBucket, startFunction, writeCode } from '../../runtime/support/harness';
import { installNode, installNodeModules } from '../support/tools';
import type { Instance, Runtime } from './shape';

/** What is switched on. */
export type Profiles = 'none' | 'default' | 'all';

/** What can be seen of a shape from outside: by callers, in the log, of the process. */
export interface Observation {
  invocations: unknown[];
  /** Lines in the order of the alphabet: those of stdout and stderr have none between each other. */
  log: string[];
}

/** Of one process: by the names of its shapes, the first with what initialization logged, and of `END`. */
export type Observations = Record<string, Observation>;
/** What was logged after the last invocation. */
export const END = '(end)';

const EVERY_PROFILE = 'wall,heap,init,wait,loop,async,thread,worker,gc,custom';

/** For the last upload on a busy machine; shapes that do not end at SIGTERM take as long. */
const SHUTDOWN_GRACE_MS = 3_000;

const ENVIRONMENTS: Record<Profiles, Record<string, string>> = {
  none: {},
  // `init` is not left to the draw, so that a run can be repeated.
  default: { PROFILED_FN_PROFILES: 'wall,heap,custom,init' },
  // With a snapshot after each invocation.
  all: {
    PROFILED_FN_PROFILES: EVERY_PROFILE,
    PROFILED_FN_SNAPSHOT_INTERVAL_MS: '1',
    PROFILED_FN_COST_LIMIT: '1',
  },
};

/** Code and packages of an instance, written once for all runs: paths are then equal, too. */
export async function prepare(instance: Instance): Promise<Instance> {
  return { ...instance, fn: { ...instance.fn, codeDirectory: await writeCode(instance.fn) } };
}

/** Runs an instance from its start to its end. */
export async function observe(
  { fn, shapes }: Instance,
  { node, client }: Runtime,
  profiles: Profiles,
): Promise<{ seen: Observations; uploads: number }> {
  const bucket = profiles === 'none' ? undefined : await RecordingBucket.start();
  if (bucket) {
    bucket.fault = (_request, response) => {
      response.end();
      return true;
    };
  }
  let lines: string[] = [];
  const environment = await startFunction(
    {
      timeoutSeconds: 30,
      ...fn,
      runtime: `nodejs${node}.x`,
      environment: { ...ENVIRONMENTS[profiles], ...fn.environment },
    },
    bucket,
    {
      ric: client,
      nodePath: await nodePath(node),
      shutdownGraceMs: SHUTDOWN_GRACE_MS,
      onOutput: (line) => lines.push(line),
    },
  );
  const ids: string[] = [];
  const brokenStreams = new Set<string>();
  const taken = (): string[] => {
    const log = lines
      .filter((line) => !isSlowUpload(line))
      .map((line) => steady(line, ids))
      .filter((line) => !isRepeated(line, brokenStreams));
    lines = [];
    return log.sort();
  };
  const seen: Observations = {};
  for (const { name, events } of shapes) {
    const invocations: unknown[] = [];
    for (const event of events) {
      const result = await environment.invoke(event);
      ids.push(result.requestId);
      invocations.push(await seenOf(result, ids));
    }
    seen[name] = { invocations, log: taken() };
  }
  await environment.close();
  await bucket?.close();
  seen[END] = { invocations: [], log: taken() };
  return { seen, uploads: bucket?.requests ?? 0 };
}

/** Ours, where the machine is too busy to upload within the time that there is. */
function isSlowUpload(line: string): boolean {
  return line.includes('"source":"profiled-fn"') && line.includes('"cause":"The operation was aborted');
}

/** aws-lambda-ric 4 logs a broken stream twice, the second time in a race with the end of the process. */
function isRepeated(line: string, brokenStreams: Set<string>): boolean {
  if (!line.includes('\tERROR\tInvoke Error \t')) return false;
  const [message] = line.split('"stack":');
  if (brokenStreams.has(message)) return true;
  brokenStreams.add(message);
  return false;
}

async function seenOf(result: InvocationResult, ids: readonly string[]) {
  const { timedOut } = await result.report;
  const { functionError, coldStart, trailers, payload } = result;
  return {
    payload: steady(payload.toString('latin1'), ids),
    functionError,
    coldStart,
    timedOut,
    trailers: trailers && Object.fromEntries(Object.entries(trailers).map(([k, v]) => [k, steady(decoded(k, v), ids)])),
  };
}

function decoded(name: string, value: string): string {
  return name === 'lambda-runtime-function-error-body' ? Buffer.from(value, 'base64').toString() : value;
}

/** Without what differs between any two runs: ids of requests, traces and log streams, times, and process ids. */
function steady(text: string, ids: readonly string[]): string {
  return ids
    .reduce((all, id, n) => all.replaceAll(id, `<request ${n}>`), text)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/Parent=[0-9a-f]{16}/g, 'Parent=<span>')
    .replace(/\[\$LATEST\][0-9a-f]{32}/g, '[$LATEST]<stream>')
    .replace(/\b1-[0-9a-f]{8}-[0-9a-f]{24}\b/g, '<trace>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*Z/g, '<time>')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, '<date>')
    .replace(/\b1[78]\d{11}\b/g, '<ms>')
    .replace(/\(node:\d+\)/g, '(node:<pid>)');
}

let installed: Promise<string> | undefined;
/** The packages that shapes are made with. */
export function shapePackages(): Promise<string> {
  installed ??= installNodeModules('shapes');
  return installed;
}

const nodes = new Map<number, Promise<string>>();
/** @throws where the Node.js that runs this is needed and another one runs it */
export function nodePath(major: Runtime['node']): Promise<string> {
  let path = nodes.get(major);
  if (!path) {
    const running = Number(process.versions.node.split('.')[0]);
    if (major === running) path = Promise.resolve(process.execPath);
    else if (major === 20)
      throw new Error(`Shapes run on Node.js 20: start this with it, not with ${process.version}.`);
    else path = installNode(major);
    nodes.set(major, path);
  }
  return path;
}
