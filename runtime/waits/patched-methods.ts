import { types } from 'node:util';
import { attempt } from './never-throwing';

/**
 * `original`, with `before` called before it: a plain function of the same name and length, as fast as one can be, for
 * what Node.js calls many times for each request. (Its text is its own.)
 *
 * @param before gets `this` and the first argument
 */
export function announced(
  original: (...args: never[]) => unknown,
  before: (self: unknown, first: unknown) => void,
): object {
  function observed(this: unknown, ...args: never[]): unknown {
    attempt(before, this, args[0] as unknown);
    try {
      return original.apply(this, args);
    } catch (error) {
      throw asThrownWithout(observed, error);
    }
  }
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(observed, key, { value: original[key], configurable: true });
  }
  return observed;
}

/**
 * `original`, called through `around`, which has to return what `call` returns. A Proxy: name, length, own keys
 * (`util.promisify.custom`) and text are the original's.
 */
export function followed<T extends object>(
  original: T,
  around: (call: () => unknown, self: unknown, args: unknown[]) => unknown,
): T {
  const traps = {
    // Stacks are told from the handler's by this name.
    observed(target: T, self: unknown, args: unknown[]): unknown {
      try {
        return around(() => Reflect.apply(target as () => unknown, self, args), self, args);
      } catch (error) {
        throw asThrownWithout(traps.observed, error);
      }
    },
  };
  return new Proxy(original, {
    apply: traps.observed,
    // A Proxy has no text of its own, so `toString` is to be called on what it stands for.
    get: (target, key) => (key === 'toString' ? () => String(target) : Reflect.get(target, key)),
  });
}

// Before the user's code can replace it.
const { captureStackTrace } = Error;
const AT = '\n    at ';

/**
 * What a function of Node.js has thrown, with the stack that it would have if `wrapper` did not stand around it. A stack
 * in a format of the user's own stays as it is.
 */
export function asThrownWithout(wrapper: (...args: never[]) => unknown, error: unknown): unknown {
  try {
    const { stackTraceLimit: limit } = Error;
    if (!types.isNativeError(error) || !(limit > 0) || hasOwnFormat()) return error;
    const [head, ...lines] = String(error.stack).split(AT);
    const first = lines.findIndex((line) => line.includes(import.meta.url));
    if (first < 0) return error;
    const callers: { stack?: string } = {};
    captureStackTrace(callers, wrapper);
    const below = String(callers.stack).split(AT).slice(1);
    error.stack = [head, ...[...lines.slice(0, first), ...below].slice(0, limit)].join(AT);
  } catch {
    // Of an object that cannot be changed.
  }
  return error;
}

function hasOwnFormat(): boolean {
  const format = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  // Node.js's own has this name.
  return format?.get !== undefined || (format?.value && format.value.name !== 'ErrorPrepareStackTrace');
}

/**
 * Puts `replacement` in place of a method, with the same attributes. What is not there, or cannot be changed, stays as it
 * is: another version of Node.js, or code that has frozen it.
 *
 * @returns whether it is in place
 */
export function replaceMethod(
  owner: object,
  name: PropertyKey,
  replacement: (original: (...args: never[]) => unknown) => object,
): boolean {
  const property = Object.getOwnPropertyDescriptor(owner, name);
  if (!property?.configurable || typeof property.value !== 'function') return false;
  Object.defineProperty(owner, name, { ...property, value: replacement(property.value) });
  return true;
}
