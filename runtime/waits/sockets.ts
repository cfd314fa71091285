import type { Socket } from 'node:net';
import { require } from '../require';
import type { Origin } from '../stacks/origin';
import { attached } from './hidden-properties';
import { attempt, attempted } from './never-throwing';
import type { Operation } from './operation';
import { announced, followed, replaceMethod } from './patched-methods';
import type { Recorder } from './recorder';
import { connectionName } from './request-name';

/** What node:net and node:tls keep in a socket beside what is documented. */
interface SocketInternals {
  _handle?: { bytesRead?: number } | null;
  /** The request of node:http that has the socket. */
  _httpMessage?: object | null;
  secureConnecting?: boolean;
}

/** A connection to a server, as far as it is known what is asked and answered on it. */
class Connection {
  readonly host: string;
  readonly what: string;
  /** While it is being made. */
  opening: Operation | undefined;
  /** What was asked and has not been answered, in order. */
  asked: Operation[] = [];
  /** What was asked last. */
  last: Operation | undefined;
  /** Requests of node:http and undici tell of themselves. */
  isHttp = false;
  /** The turn of the event loop in which `last` was asked. */
  turn = -1;
  bytesRead = 0;

  constructor(host: string, what: string) {
    this.host = host;
    this.what = what;
  }
}

/**
 * Sees what is asked and answered on connections that this process makes, whatever the protocol: what has been written
 * waits until something is read. So a query on a pooled connection to a database is seen like a request of HTTP.
 *
 * Nothing is put between the socket and the code that uses it: `_unrefTimer` is what node:net calls at each activity,
 * before it hands on what was read, and `_writeGeneric` and `_destroy` are its own methods too. A version of Node.js
 * without them has no such waits.
 */
export class Sockets {
  readonly #recorder: Recorder;
  readonly #onConnect: () => void;
  readonly #connections = attached<Connection>();
  readonly #requests = attached<Operation>();

  /** @param onConnect called before a connection is made */
  constructor(recorder: Recorder, onConnect: () => void) {
    this.#recorder = recorder;
    this.#onConnect = onConnect;
  }

  /** From now on. (Lambda's runtime client has loaded node:net already.) */
  observe(): void {
    const { Socket } = require('node:net') as typeof import('node:net');
    const seen = (see: (socket: Socket) => void) => (original: (...args: never[]) => unknown) =>
      announced(original, (socket) => see(socket as Socket));
    replaceMethod(Socket.prototype, 'connect', (original) =>
      followed(original, (call, socket, args) => {
        attempt(this.#onConnect);
        const origin = attempt(() => this.#originOf(args));
        const result = call();
        if (origin) attempt(() => this.#connecting(socket as Socket, args, origin));
        return result;
      }),
    );
    replaceMethod(
      Socket.prototype,
      '_writeGeneric',
      seen((socket) => this.#written(socket)),
    );
    replaceMethod(
      Socket.prototype,
      '_unrefTimer',
      seen((socket) => this.#active(socket)),
    );
    replaceMethod(
      Socket.prototype,
      '_destroy',
      seen((socket) => this.#destroyed(socket)),
    );
  }

  /** The operation goes with what node:http or undici knows as `request`. */
  expect(request: object, operation: Operation): void {
    this.#requests.set(request, operation);
  }

  /** The operation of a request, taken out: it has failed. */
  take(request: object): Operation | undefined {
    const operation = this.#requests.of(request);
    this.#requests.set(request, undefined);
    return operation;
  }

  /** The request is about to be written to the socket. */
  send(request: object, socket: Socket): void {
    const connection = this.#connections.of(socket);
    if (connection) this.#send(request, connection);
  }

  #send(request: object, connection: Connection): void {
    const operation = this.#requests.of(request);
    connection.isHttp = true;
    if (operation && operation.end === undefined && connection.last !== operation) {
      connection.asked.push(operation);
      connection.last = operation;
    }
  }

  /** Where the code is that connects; undefined if that is nobody's wait. */
  #originOf(args: readonly unknown[]): Origin | undefined {
    if (this.#recorder.isPaused) return undefined;
    const { host, port } = addressOf(args);
    return this.#recorder.notes(`${host}:${port}`) ? this.#recorder.origin(`connect ${host}`) : undefined;
  }

  #connecting(socket: Socket, args: readonly unknown[], origin: Origin): void {
    const { host, port, path } = addressOf(args);
    const connection = new Connection(path ?? host, path ? `socket ${path}` : connectionName(host, port));
    this.#connections.set(socket, connection);
    if (socket.connecting) connection.opening = this.#recorder.started('request', `connect ${connection.host}`, origin);
  }

  #active(socket: Socket): void {
    const connection = this.#connections.of(socket);
    if (!connection) return;
    if (connection.opening && !socket.connecting) this.#connected(socket, connection, connection.opening);
    const bytesRead = (socket as SocketInternals)._handle?.bytesRead ?? 0;
    if (bytesRead === connection.bytesRead) return;
    connection.bytesRead = bytesRead;
    this.#read(connection);
  }

  #connected(socket: Socket, connection: Connection, opening: Operation): void {
    connection.opening = undefined;
    if (!(socket as SocketInternals).secureConnecting) {
      this.#recorder.answered(opening);
      return;
    }
    this.#recorder.wentOn(opening, opening.what);
    const what = `tls ${connection.host}`;
    connection.asked.push(opening);
    const onSecure = () => {
      connection.asked = connection.asked.filter((operation) => operation !== opening);
      this.#recorder.answered(opening, what);
    };
    socket.once('secureConnect', attempted(onSecure));
  }

  #written(socket: Socket): void {
    const connection = this.#connections.of(socket);
    if (!connection || socket.connecting) return;
    const message = (socket as SocketInternals)._httpMessage;
    if (message) this.#send(message, connection);
    else if (!connection.isHttp) this.#ask(connection);
  }

  /** Something of a protocol that is not known has been written. */
  #ask(connection: Connection): void {
    const { log } = this.#recorder;
    // One message may take several writes.
    if (connection.turn === log.turn && connection.asked.length > 0) return;
    const operation = this.#recorder.started('request', connection.what);
    if (!operation) return;
    connection.turn = log.turn;
    connection.asked.push(operation);
    connection.last = operation;
  }

  /**
   * Answers come in the order of the questions, and several may come at once: the oldest is answered for certain, and
   * if there is more to come for others, the last of them waits for it.
   */
  #read(connection: Connection): void {
    const first = connection.asked.shift();
    if (first) {
      this.#recorder.answered(first);
      for (const operation of connection.asked) {
        operation.end = first.end;
        this.#recorder.log.forget(operation);
      }
      connection.asked.length = 0;
    } else if (connection.last) this.#recorder.wentOn(connection.last, `${connection.last.what}, body`);
  }

  #destroyed(socket: Socket): void {
    const connection = this.#connections.of(socket);
    if (!connection) return;
    this.#connections.set(socket, undefined);
    for (const operation of [connection.opening, ...connection.asked]) {
      if (operation && operation.end === undefined) this.#recorder.answered(operation);
    }
  }
}

/** The address among the arguments of `connect`, which node:net takes in many forms. */
function addressOf(args: readonly unknown[]): { host: string; port: number; path?: string } {
  // node:net itself passes an array of options and callback.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) {
    const { host, port, path } = first as { host?: string; port?: number | string; path?: unknown };
    return { host: host ?? 'localhost', port: Number(port), ...(typeof path === 'string' && { path }) };
  }
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { host: '', port: 0, path: first };
  return { host: typeof second === 'string' ? second : 'localhost', port: Number(first) };
}
