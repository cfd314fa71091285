import { type Session, Session as Sessions, url } from 'node:inspector';
import { nativeBinding } from './native-binding';
import { require } from './require';

type Method = (...args: unknown[]) => unknown;

/** Node.js's native half of `console`: calls `inspector`'s method, where a session is connected, and then Node.js's. */
type ConsoleCall = (inspector: Method, node: Method, ...args: unknown[]) => unknown;

/**
 * Keeps the arguments of `console.dir`, `table`, `group` and the like from being kept: as long as an inspector session is
 * connected, V8 stores them for it, a thousand calls' worth. Each method is put together anew, of the same halves as
 * Node.js puts it together of, but that V8's half does nothing.
 *
 * That is so for as long as the session is the only one. Another client is to get what it would get without us: the
 * methods are what they were before one can connect.
 *
 * Methods that the runtime client or the user's code has put in their place are left alone: they keep nothing.
 */
export class ConsoleRetention {
  readonly #replaced = new Map<string, { original: Method; replacement: Method }>();

  /** To be called once the only session is connected. */
  prevent(): void {
    const consoleCall = (nativeBinding('inspector') as { consoleCall?: ConsoleCall } | undefined)?.consoleCall;
    const { console: ofInspector } = require('node:inspector') as { console: Record<string, Method> };
    const ofNode = console.Console?.prototype as unknown as Record<string, Method> | undefined;
    if (!consoleCall || !ofNode) return;
    for (const name of Object.keys(ofInspector)) {
      const property = Object.getOwnPropertyDescriptor(console, name);
      // What Node.js has put together is bound: native code, but not V8's.
      if (typeof ofNode[name] !== 'function' || !property?.configurable || !isBound(property.value)) continue;
      const original = property.value;
      const ofV8 = (...args: unknown[]) => {
        // Since a debugger was attached, by a signal or `inspector.open`.
        if (url() === undefined) return;
        this.allow();
        Reflect.apply(ofInspector[name], ofInspector, args);
      };
      const replacement = consoleCall.bind(console, ofV8, ofNode[name].bind(console)) as Method;
      for (const key of ['name', 'length'] as const) {
        Object.defineProperty(replacement, key, { ...Object.getOwnPropertyDescriptor(original, key) });
      }
      Object.defineProperty(console, name, { ...property, value: replacement });
      this.#replaced.set(name, { original, replacement });
    }
    this.#yieldToSessions();
  }

  /** Puts back what was there. */
  allow(): void {
    for (const [name, { original, replacement }] of this.#replaced) {
      const property = Object.getOwnPropertyDescriptor(console, name);
      if (property?.value === replacement) Object.defineProperty(console, name, { ...property, value: original });
    }
    this.#replaced.clear();
  }

  /** Whoever is about to connect a session reads how. */
  #yieldToSessions(): void {
    const { prototype } = Sessions;
    const property = Object.getOwnPropertyDescriptor(prototype, 'connect');
    if (!property?.configurable || property.value === undefined) return;
    const restore = () => {
      this.allow();
      Object.defineProperty(prototype, 'connect', property);
    };
    Object.defineProperty(prototype, 'connect', {
      configurable: true,
      enumerable: property.enumerable,
      get(): Session['connect'] {
        restore();
        return property.value;
      },
      set(value: unknown) {
        restore();
        (prototype as { connect: unknown }).connect = value;
      },
    });
  }
}

function isBound(method: unknown): method is Method {
  return typeof method === 'function' && Function.prototype.toString.call(method) === 'function () { [native code] }';
}
