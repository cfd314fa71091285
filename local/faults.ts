import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from './http';
import { writeResponse } from './http';
import { QueryError, queryErrorResponse } from './query-protocol';
import { errorDocument } from './s3/errors';

/** What a test needs to see of a request to decide whether it goes wrong. */
export interface RequestSummary {
  /** Name that the request was signed for: `s3`. */
  service: string;
  /** Region that it was signed for; empty if it is not signed. */
  region: string;
  method: string;
  /** Decoded, without the query: `/bucket/key`. */
  path: string;
}

/** How a request goes wrong: an error in the service's form, no answer, a broken connection, or a late answer. */
export type Fault = { status: number; code: string } | 'hang' | 'reset' | { delayMs: number };

/** Asked about each request, once its body has arrived. */
export type Faults = (request: RequestSummary) => Fault | undefined;

/** @returns whether the request is done with */
export async function inject(fault: Fault | undefined, service: string, response: ServerResponse): Promise<boolean> {
  if (fault === undefined) return false;
  if (fault === 'hang') return true;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
    return true;
  }
  if ('delayMs' in fault) {
    await sleep(fault.delayMs, undefined, { ref: false });
    return false;
  }
  const { status, code } = fault;
  writeResponse(response, errorOf(service, status, code, `A fault of ${status} was asked for.`));
  return true;
}

/** In the form that the service's own client reads. */
function errorOf(service: string, status: number, code: string, message: string): HttpResponse {
  switch (service) {
    case 'lambda':
      return { status, headers: { 'x-amzn-errortype': code }, body: JSON.stringify({ message }) };
    case 'cloudformation':
    case 'sts':
      return queryErrorResponse(new QueryError(code, message, status), 'fault');
    default:
      return errorDocument(status, { Code: code, Message: message });
  }
}

export function summarizeRequest(service: string, region: string, { method, url }: HttpRequest): RequestSummary {
  return { service, region, method, path: decodeURIComponent(url.split('?', 1)[0]) };
}
