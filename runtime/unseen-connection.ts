/**
 * Connections of the profiler's own. No trace of the user's may have them, however early its instrumentation was
 * loaded: so nothing that others replace or subscribe to is passed through. That is `connect` of net.Socket's prototype,
 * the functions of node:net, node:http and node:dns, and their diagnostics channels.
 */
import type { OnReadOpts, Socket } from 'node:net';
import { nativeBinding } from './native-binding';
import { NativePromise } from './native-promise';
import { require } from './require';
import { unnoted } from './waits/unobserved';

/** What node:net and node:dns themselves ask of Node.js's native half is the same in all versions up to this one. */
const NEWEST_KNOWN_NODE = 26;

interface TcpHandle {
  connect(request: object, address: string, port: number): number;
  connect6(request: object, address: string, port: number): number;
  close(): void;
  unref(): void;
}

interface TcpBinding {
  TCP: new (type: number) => TcpHandle;
  TCPConnectWrap: new () => { oncomplete?: (status: number) => void };
  constants: { SOCKET: number };
}

interface DnsBinding {
  GetAddrInfoReqWrap: new () => { oncomplete?: (status: number | null, addresses?: string[]) => void };
  getaddrinfo(request: object, host: string, family: number, hints: number, order: number | boolean): number;
  /** Where it is absent, the order is told by whether it is as the resolver gives it. */
  DNS_ORDER_VERBATIM?: number;
}

interface QueryBinding {
  QueryReqWrap: new () => { oncomplete?: (status: unknown, addresses?: string[]) => void };
}

/** Nothing of a version of Node.js that is not known: a wrong argument there would end the process. */
function known(name: string): unknown {
  return Number.parseInt(process.versions.node, 10) <= NEWEST_KNOWN_NODE ? nativeBinding(name) : undefined;
}

export interface ConnectOptions {
  signal?: AbortSignal;
  /**
   * Takes what is read, from a buffer that is used again, in place of the event `data`. That leaves no work for
   * `process.nextTick`, so what continues then has none of Node.js's frames below it in the user's stack traces.
   */
  onRead?: (chunk: Buffer) => void;
}

// Before the user's code can replace it.
const { clearTimeout, setTimeout } = globalThis;

const READ_BUFFER_BYTES = 16 * 1024;

/** How long the thread pool may take for a name before the name servers are asked, which needs no thread. */
const BUSY_POOL_MS = 50;

/**
 * To an address it is under way when this returns: what is done meanwhile does not hold it up.
 *
 * @throws Error when the host has no address, or none that takes a connection
 */
export function connectTo(host: string, port: number, options: ConnectOptions): Promise<Socket> {
  const { isIP } = require('node:net') as typeof import('node:net');
  return isIP(host) ? connectToAddress(host, port, options) : connectToName(host, port, options);
}

async function connectToName(host: string, port: number, options: ConnectOptions): Promise<Socket> {
  let failure: unknown;
  for (const address of await addressesOf(host)) {
    options.signal?.throwIfAborted();
    try {
      return await connectToAddress(address, port, options);
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** By the resolver of the system; or by its name servers, where the thread pool has no time for the resolver. */
function addressesOf(host: string): Promise<readonly string[]> {
  return new NativePromise((resolve, reject) => {
    // The runtime client's request for the next event may hold the last thread, and waits for ours.
    const waitMs = process.env.UV_THREADPOOL_SIZE === '1' ? 0 : BUSY_POOL_MS;
    const timer = setTimeout(() => unnoted(() => queryNameServers(host, resolve)), waitMs).unref();
    const done = (code: string | undefined, addresses: readonly string[]) => {
      clearTimeout(timer);
      if (code === undefined) resolve(addresses);
      else reject(new Error(`getaddrinfo ${code} ${host}`));
    };
    unnoted(() => getAddresses(host, done));
  });
}

function getAddresses(host: string, done: (code: string | undefined, addresses: readonly string[]) => void): void {
  const dns = known('cares_wrap') as DnsBinding | undefined;
  if (!dns) {
    const { lookup } = require('node:dns') as typeof import('node:dns');
    genuine(lookup)(host, { all: true }, (error, addresses) => {
      if (error) done(error.code ?? '', []);
      else
        done(
          undefined,
          addresses.map(({ address }) => address),
        );
    });
    return;
  }
  const request = new dns.GetAddrInfoReqWrap();
  const found = (status: number | null, addresses: string[] = []) =>
    done(status ? errorCode(status) : undefined, addresses);
  request.oncomplete = found;
  const status = dns.getaddrinfo(request, host, 0, 0, dns.DNS_ORDER_VERBATIM ?? true);
  if (status) found(status);
}

/**
 * Asks the name servers for the IPv4 addresses of a host; `found` is not called if there is none.
 *
 * @param servers default: those of the system
 */
export function queryNameServers(
  host: string,
  found: (addresses: readonly string[]) => void,
  servers?: string[],
): void {
  const { Resolver } = require('node:dns') as typeof import('node:dns');
  const resolver = new Resolver();
  if (servers) resolver.setServers(servers);
  // The resolver's own methods are among those that tracers replace.
  const channel = (resolver as { _handle?: { queryA(request: object, host: string): number } })._handle;
  const dns = known('cares_wrap') as QueryBinding | undefined;
  if (!dns || !channel) return;
  const request = new dns.QueryReqWrap();
  request.oncomplete = (status, addresses = []) => {
    if (!status && addresses.length > 0) found(addresses);
  };
  channel.queryA(request, host);
}

function errorCode(status: number): string {
  const { getSystemErrorName } = require('node:util') as typeof import('node:util');
  return getSystemErrorName(status);
}

/** The function below those that OpenTelemetry and others have laid around it. */
export function genuine<T>(fn: T): T {
  const original = (fn as { __original?: T }).__original;
  return typeof original === 'function' ? genuine(original) : fn;
}

function connectToAddress(address: string, port: number, { signal, onRead }: ConnectOptions): Promise<Socket> {
  const { Socket } = require('node:net') as typeof import('node:net');
  const tcp = known('tcp_wrap') as TcpBinding | undefined;
  const reading = onRead ? { onread: intoOneBuffer(onRead) } : {};
  return new NativePromise((resolve, reject) => {
    if (!tcp) {
      const socket = new Socket({ ...reading, signal });
      socket.once('error', reject).once('connect', () => resolve(socket.off('error', reject)));
      unnoted(() => Reflect.apply(genuine(socket.connect), socket, [{ host: address, port }]));
      socket.unref();
      return;
    }
    const handle = new tcp.TCP(tcp.constants.SOCKET);
    const close = () => handle.close();
    const request = new tcp.TCPConnectWrap();
    const connected = (status: number) => {
      signal?.removeEventListener('abort', close);
      if (status === 0) {
        resolve(new Socket({ ...reading, handle, readable: true, writable: true } as object));
        return;
      }
      if (!signal?.aborted) close();
      reject(new Error(`connect ${errorCode(status)} ${address}:${port}`));
    };
    request.oncomplete = connected;
    // Not node:net's isIPv6: to compile its regular expression takes 4 ms of a cold start.
    const status = handle[address.includes(':') ? 'connect6' : 'connect'](request, address, port);
    // A handler that waits for an empty event loop must find it empty.
    handle.unref();
    if (status === 0) signal?.addEventListener('abort', close, { once: true });
    else connected(status);
  });
}

function intoOneBuffer(onRead: (chunk: Buffer) => void): OnReadOpts {
  const buffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
  return {
    buffer,
    callback(length) {
      onRead(buffer.subarray(0, length));
      return true;
    },
  };
}
