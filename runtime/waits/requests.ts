import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { require } from '../require';
import { attempted } from './never-throwing';
import { announced, replaceMethod } from './patched-methods';
import type { Recorder } from './recorder';
import { requestName } from './request-name';
import type { Sockets } from './sockets';

/** A request of undici's, `fetch`'s included, as its diagnostics channels give it. */
interface UndiciRequest {
  method: string;
  origin?: string | URL;
  /** Lines of text up to undici 5, names and values in turn since. */
  headers: string | readonly string[];
}

/** Node.js reports a request that has been created from this version on. */
const TELLS_OF_CREATION = 22;

/** Sees the requests of node:http, node:https and undici; when they are answered, their sockets tell. */
export function observeRequests(recorder: Recorder, sockets: Sockets): void {
  const onCreated = (request: ClientRequest) => {
    const host = text(request.getHeader('host')) ?? request.host;
    if (!recorder.notes(host)) return;
    const what = requestName({
      method: request.method,
      host,
      authorization: text(request.getHeader('authorization')),
      target: text(request.getHeader('x-amz-target')),
    });
    const operation = recorder.started('request', what);
    if (operation) sockets.expect(request, operation);
  };
  const onFailed = (request: object) => {
    const operation = sockets.take(request);
    if (operation && operation.end === undefined) recorder.answered(operation);
  };
  const listen = (channel: string, onMessage: (message: unknown) => void) => subscribe(channel, attempted(onMessage));
  listen('http.client.request.created', (message) => onCreated((message as { request: ClientRequest }).request));
  listen('http.client.request.error', (message) => onFailed((message as { request: ClientRequest }).request));
  if (Number.parseInt(process.versions.node, 10) < TELLS_OF_CREATION) {
    const { Agent } = require('node:http') as typeof import('node:http');
    replaceMethod(Agent.prototype, 'addRequest', (original) =>
      announced(original, (_agent, request) => onCreated(request as ClientRequest)),
    );
  }
  listen('undici:request:create', (message) => {
    const { request } = message as { request: UndiciRequest };
    const host = String(request.origin).replace(/^[a-z]+:\/\//, '');
    if (!recorder.notes(host)) return;
    const what = requestName({ method: request.method, host, ...headersOf(request) });
    const operation = recorder.started('request', what);
    if (operation) sockets.expect(request, operation);
  });
  listen('undici:client:sendHeaders', (message) => {
    const { request, socket } = message as { request: object; socket: Socket };
    sockets.send(request, socket);
  });
  listen('undici:request:error', (message) => onFailed((message as { request: object }).request));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function headersOf({ headers }: UndiciRequest): { authorization?: string; target?: string } {
  const list = typeof headers === 'string' ? headers.split(/: |\r\n/) : headers;
  const value = (name: string) => {
    const index = list.findIndex((entry, i) => i % 2 === 0 && String(entry).toLowerCase() === name);
    return index < 0 ? undefined : String(list[index + 1]);
  };
  return { authorization: value('authorization'), target: value('x-amz-target') };
}
