import { Frame, waitedFor } from '../../lib/contract/frames';
import { LAYERS_ROOT, RUNTIME_ROOT, SAMPLER_FOLDER } from '../../lib/contract/places';

/**
 * Whose code a frame is. `idle`, `gc` and `program` are V8's own states, not functions; `wait` is idle time of which the
 * sampler knows what was waited for, `(waiting: timer)`.
 */
export type OriginKind = 'own' | 'dependency' | 'node' | 'idle' | 'wait' | 'gc' | 'program';

export interface Origin {
  kind: OriginKind;
  /** Name of the package, for a `dependency`; empty otherwise. */
  package: string;
}

/** Kinds in the order of the legend, with the words for them. */
export const ORIGIN_LABELS: Record<OriginKind, string> = {
  own: 'Your code',
  dependency: 'Dependencies',
  node: 'Node.js',
  gc: 'Garbage collector',
  program: 'Program, not sampled',
  wait: 'Waiting',
  idle: 'Idle',
};

const ENGINE_STATES: Record<string, OriginKind> = {
  [Frame.IDLE]: 'idle',
  [Frame.GARBAGE_COLLECTOR]: 'gc',
  [Frame.PROGRAM]: 'program',
  // Time of invocations shorter than the sampling interval.
  [Frame.NOT_SAMPLED]: 'program',
};

/** Places of code that is neither the user's nor in their node_modules. */
const OTHER_PLACES: [prefix: string, name: string][] = [
  [`${RUNTIME_ROOT}/`, 'Lambda runtime'],
  [`${LAYERS_ROOT}${SAMPLER_FOLDER}/`, 'profiled-fn'],
  [`${LAYERS_ROOT}/`, 'Lambda layer'],
  ['wasm://', 'WebAssembly'],
];

/** Tells from a frame's name and file whose code it is. A frame without a file is native, and counts as Node.js. */
export function originOf(name: string, file: string): Origin {
  if (file === '') {
    if (Object.hasOwn(ENGINE_STATES, name)) return { kind: ENGINE_STATES[name] as OriginKind, package: '' };
    if (waitedFor(name) !== '') return { kind: 'wait', package: '' };
  }
  if (file === '' || file.startsWith('node:') || file.startsWith('internal/')) return { kind: 'node', package: '' };
  const dependency = packageOf(file);
  return dependency === '' ? { kind: 'own', package: '' } : { kind: 'dependency', package: dependency };
}

function packageOf(file: string): string {
  const path = file.replaceAll('\\', '/');
  const marker = '/node_modules/';
  // The last one: packages nest, and pnpm keeps them in node_modules/.pnpm/<name>@<version>/node_modules/<name>.
  const at = `/${path}`.lastIndexOf(marker);
  if (at >= 0) {
    const [first = '', second = ''] = path.slice(at + marker.length - 1).split('/');
    return first.startsWith('@') ? `${first}/${second}` : first;
  }
  return OTHER_PLACES.find(([prefix]) => path.startsWith(prefix))?.[1] ?? '';
}
