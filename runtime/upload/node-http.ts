import type { ClientRequest, RequestOptions } from 'node:http';
import { require } from '../require';
import { unnoted } from '../waits/own-work';

/** node:http before the user's code can patch it (X-Ray, tracers): our requests are not the user's. */
const http = require('node:http') as typeof import('node:http');

const { request } = http;

/** `request` of node:http, for the profiler's own: nobody waits for it. */
export function httpRequest(options: RequestOptions): ClientRequest {
  return unnoted(() => request(options));
}

/**
 * `httpRequest` over TLS, on a connection of its own. As node:https does it, but that takes 10 ms and more to load, and
 * nothing of it is needed before the first upload.
 */
export function httpsRequest(options: RequestOptions & { hostname: string; port: string }): ClientRequest {
  const { connect } = require('node:tls') as typeof import('node:tls');
  const { isIP } = require('node:net') as typeof import('node:net');
  const { hostname, port } = options;
  return httpRequest({
    ...options,
    // With an agent, even `false`, createConnection would not be asked.
    agent: undefined,
    defaultPort: 443,
    createConnection: () =>
      connect({
        host: hostname,
        port: Number(port || 443),
        // A name for the server to choose its certificate by; TLS knows no addresses there.
        servername: isIP(hostname) ? '' : hostname,
        ALPNProtocols: ['http/1.1'],
      }),
  });
}
