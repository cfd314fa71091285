import type { TestFunction } from '../../runtime/support/harness';

/** A way to write a handler, and what it is invoked with. */
export interface Shape {
  name: string;
  /** One invocation each, one after the other. */
  events: readonly unknown[];
}

/** A function whose one process runs some shapes, one after the other. */
export interface Instance {
  fn: TestFunction;
  shapes: readonly Shape[];
  /** Runtimes that have no such shape are left out. @default - all have it */
  on?(runtime: Runtime): boolean;
}

/** A Node.js with a version of AWS's runtime client. */
export interface Runtime {
  node: 20 | 22 | 24 | 26;
  client: 3 | 4;
}

/** Those that Lambda has or is about to have. */
export const RUNTIMES: readonly Runtime[] = [
  { node: 20, client: 3 },
  { node: 22, client: 3 },
  { node: 22, client: 4 },
  { node: 24, client: 4 },
  { node: 26, client: 4 },
];

export const runtimeName = ({ node, client }: Runtime): string => `${node}/${client}`;

/** Client 4 has no callbacks and no `context.done`. */
export const hasCallbacks = ({ client }: Runtime): boolean => client === 3;

/** One shape that has its process for itself: two invocations, or those given. */
export function alone(
  name: string,
  files: Record<string, string>,
  rest: Omit<TestFunction, 'files'> & { events?: readonly unknown[]; on?: Instance['on'] } = {},
): Instance {
  const { events = [{ n: 1 }, { n: 2 }], on, ...fn } = rest;
  return { fn: { files, ...fn }, shapes: [{ name, events }], ...(on ? { on } : {}) };
}

/** A CommonJS `index.js`. */
export const js = (text: string): Record<string, string> => ({ 'index.js': text });
/** An ES module `index.mjs`. */
export const mjs = (text: string): Record<string, string> => ({ 'index.mjs': text });

/** Shapes that share a process: the handler looks up in `event.is` what it is to do. */
export function together(
  kind: string,
  names: readonly string[],
  files: Record<string, string>,
  rest: Omit<TestFunction, 'files'> & { on?: Instance['on'] } = {},
): Instance {
  const { on, ...fn } = rest;
  const shapes = names.map((is) => ({ name: `${kind}: ${is}`, events: [{ is }] }));
  return { fn: { files, ...fn }, shapes, ...(on ? { on } : {}) };
}
