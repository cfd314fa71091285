import type { ClientRequest, RequestOptions } from 'node:http';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';

/**
 * node:http before the user's code can patch it (X-Ray, tracers): our requests are not the user's.
 *
 * By `require`: an ES import reads all exports of a module, and among those of node:http are getters (`WebSocket`) that
 * load all of undici, which would make cold starts 20 ms longer and more. Lambda's runtime client requires it too.
 */
const require = createRequire(import.meta.url);
const http = require('node:http') as typeof import('node:http');

export const { Agent, request: httpRequest } = http;

/**
 * `httpRequest` over TLS, on a connection of its own. As node:https does it, but that takes 10 ms and more to load, and
 * nothing of it is needed before the first upload.
 */
export function httpsRequest(options: RequestOptions & { hostname: string; port: string }): ClientRequest {
  const { connect } = require('node:tls') as typeof import('node:tls');
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
