import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from './harness';

/** Answers a call of the Extensions API itself and returns true, or returns false to have it passed on. */
export type ApiFault = (request: IncomingMessage, response: ServerResponse, forward: () => void) => boolean;

/**
 * Stands between the function and Lambda's Extensions API, to fail where a test wants it. (The runtime client's own
 * calls go another way.)
 */
export class ApiProxy {
  /** Variables for the function's environment. */
  readonly environment: Record<string, string>;
  readonly #server: Server;
  readonly #addressFile: string;

  private constructor(fault: ApiFault) {
    const directory = temporaryDirectory();
    this.#addressFile = join(directory, 'address');
    this.#server = createServer((incoming, response) => {
      const forward = () => this.#forward(incoming, response);
      if (!fault(incoming, response, forward)) forward();
    });
    const script = join(directory, 'preload.cjs');
    this.environment = { NODE_OPTIONS: `--require ${script}` };
  }

  static async start(fault: ApiFault): Promise<ApiProxy> {
    const proxy = new ApiProxy(fault);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.#server.address() as AddressInfo;
    writeFileSync(
      join(proxy.#addressFile, '../preload.cjs'),
      `require('node:fs').writeFileSync(${JSON.stringify(proxy.#addressFile)}, process.env.AWS_LAMBDA_RUNTIME_API);
       process.env.AWS_LAMBDA_RUNTIME_API = '127.0.0.1:${port}';`,
    );
    return proxy;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    if (!existsSync(this.#addressFile)) throw new Error('The function has not started through the proxy.');
    const [host, port] = readFileSync(this.#addressFile, 'utf8').split(':');
    const { method, url, headers } = incoming;
    const outgoing = request({ host, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    // When the function ends, so does what it waits for.
    outgoing.on('error', () => response.destroy());
    incoming.pipe(outgoing);
  }
}
