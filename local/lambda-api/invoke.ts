import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../http';
import type { InvocationReport, InvocationResult } from '../lambda/invocation';
import { LambdaError } from './errors';
import type { Fleet } from './fleet';
import type { Target } from './registry';

/** Bytes of an event: of a call that waits for the response, and of one that does not. */
const MAX_EVENT_BYTES = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024, DryRun: 6 * 1024 * 1024 };

/** Bytes of the log that `LogType: Tail` gives. */
const LOG_TAIL_BYTES = 4096;

/** Invokes a function as the headers of the Invoke API say. */
export async function invoke(
  target: Target,
  { headers, body, fleet }: { headers: IncomingHttpHeaders; body: Buffer; fleet: Fleet },
): Promise<HttpResponse> {
  const type = invocationType(headers);
  const tail = headers['x-amz-log-type'] === 'Tail';
  if (body.length > MAX_EVENT_BYTES[type]) {
    throw new LambdaError(
      'RequestTooLargeException',
      `Request must be smaller than ${MAX_EVENT_BYTES[type]} bytes for the InvokeFunction operation`,
    );
  }
  const event = body.length === 0 ? Buffer.from('{}') : body;
  requireJson(event);
  if (type === 'DryRun') return { status: 204 };
  const invocation = fleet.invoke(target, event, clientContext(headers));
  if (type === 'Event') {
    invocation.catch(() => {}); // nobody waits for it; on AWS it would be tried again
    return { status: 202 };
  }
  const result = await invocation;
  const version = target.configuration.version;
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': result.requestId,
      'x-amz-executed-version': version,
      ...(result.functionError && { 'x-amz-function-error': result.functionError }),
      // The line with the duration is the log's last one, and there when the work after the response has ended.
      ...(tail && { 'x-amz-log-result': logTail(target, result, await result.report) }),
    },
    body: result.payload,
  };
}

function invocationType(headers: IncomingHttpHeaders): keyof typeof MAX_EVENT_BYTES {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'RequestResponse' || type === 'Event' || type === 'DryRun') return type;
  throw new LambdaError('InvalidParameterValueException', `Unknown invocation type ${type}`);
}

function requireJson(event: Buffer): void {
  try {
    JSON.parse(event.toString());
  } catch (error) {
    throw new LambdaError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}

function clientContext(headers: IncomingHttpHeaders): unknown {
  const encoded = headers['x-amz-client-context'];
  if (typeof encoded !== 'string') return undefined;
  try {
    return JSON.parse(Buffer.from(encoded, 'base64').toString());
  } catch {
    throw new LambdaError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
}

function logTail({ fn, configuration }: Target, { requestId }: InvocationResult, report: InvocationReport): string {
  const { durationMs, initDurationMs, log } = report;
  const facts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initDurationMs ?? 0))} ms`,
    `Memory Size: ${Number(fn.properties.MemorySize ?? 128)} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${initDurationMs.toFixed(2)} ms`]),
  ];
  const lines = [
    `START RequestId: ${requestId} Version: ${configuration.version}`,
    ...log,
    `END RequestId: ${requestId}`,
    `${facts.join('\t')}\t`,
  ];
  const text = Buffer.from(`${lines.join('\n')}\n`);
  return text.subarray(Math.max(0, text.length - LOG_TAIL_BYTES)).toString('base64');
}
