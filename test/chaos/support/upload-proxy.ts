import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../profile/support/random';
import type { Step, UploadFault } from './plan';

/** Stands between the sampler and S3, and makes uploads go wrong. All else passes. */
export class UploadProxy {
  readonly #target: URL;
  readonly #server: Server;
  #faults: Step['faults'] = { probability: 0, kinds: [] };
  #random = new Random(0);

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server = createServer((incoming, response) => void this.#answer(incoming, response));
  }

  /** @param target where S3 is */
  static async start(target: string): Promise<UploadProxy> {
    const proxy = new UploadProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on uploads go wrong as `faults` says, in an order that follows from `seed`. */
  setFaults(faults: Step['faults'], seed: number): void {
    this.#faults = faults;
    this.#random = new Random(seed);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#nextFault(incoming);
    if (fault === 'hang') return void incoming.resume();
    if (fault === 'reset') return void incoming.socket.resetAndDestroy();
    if (fault === 'cut') return void incoming.once('data', () => incoming.socket.destroy());
    if (fault === '500' || fault === '503') {
      incoming.resume();
      const code = fault === '500' ? 'InternalError' : 'SlowDown';
      return void response.writeHead(Number(fault)).end(`<Error><Code>${code}</Code></Error>`);
    }
    if (fault === 'slow') await sleep(50 + this.#random.below(2_000), undefined, { ref: false });
    this.#forward(incoming, response);
  }

  #nextFault({ method, url = '' }: IncomingMessage): UploadFault | undefined {
    if (method !== 'PUT' || !url.includes('/profiled-fn/')) return undefined;
    const { probability, kinds } = this.#faults;
    return this.#random.chance(probability) ? this.#random.pick(kinds) : undefined;
  }

  /** With the Host header as it came: it is signed. */
  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = incoming;
    const { hostname, port } = this.#target;
    const outgoing = request({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    incoming.on('error', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
