import { moduleCache } from '../require';

/** Why a handler runs without profiling, and what to do about it. */
export interface StandAside {
  cause: string;
  remedy: string;
}

/** What an instance is started with. */
export interface Circumstances {
  env: Record<string, string | undefined>;
  /** Node.js's own options. */
  execArgv: readonly string[];
  /** Where a debugger may attach; nothing if none may. */
  inspectorUrl: string | undefined;
}

/** Options of Node.js that debug or profile; they may stand in NODE_OPTIONS too. */
const PROFILING_OPTION = /^--(inspect|inspect-brk|inspect-wait|cpu-prof|heap-prof|prof)(=|$)/;

/** Native add-ons of other profilers, by the path that they are loaded from. */
const PROFILING_ADD_ON =
  /[\\/](@datadog[\\/]pprof|@sentry[\\/]profiling-node|@sentry-internal[\\/]node-cpu-profiler)[\\/]/;

/** What loading this profiler adds to a process, and some room: without it the function could run out of memory. */
const MEMORY_NEEDED_BYTES = 16 * 1024 * 1024;

/** Who else debugs or profiles this process, as far as it can be known before the user's code is loaded. */
export function conflictAtStart({ env, execArgv, inspectorUrl }: Circumstances): StandAside | undefined {
  const option = [...execArgv, ...(env.NODE_OPTIONS ?? '').split(/\s+/)].find((arg) => PROFILING_OPTION.test(arg));
  if (option) return { cause: `Node.js runs with ${option}`, remedy: 'Remove the option to be profiled.' };
  if (inspectorUrl) return { cause: 'a debugger may attach to this process', remedy: 'Close the inspector.' };
  if (['true', '1', 'auto'].includes(env.DD_PROFILING_ENABLED ?? '')) {
    return { cause: 'Datadog’s profiler is on', remedy: 'Set DD_PROFILING_ENABLED to false to be profiled.' };
  }
  return undefined;
}

/**
 * Which other profiler the user's code has loaded.
 *
 * @param modules file names of the loaded CommonJS modules and native add-ons
 */
export function conflictOnceLoaded(modules: Iterable<string> = loadedModules()): StandAside | undefined {
  for (const path of modules) {
    const name = PROFILING_ADD_ON.exec(path)?.[1].replace('\\', '/');
    if (name) return { cause: `another profiler is loaded: ${name}`, remedy: 'Remove it to be profiled.' };
  }
  return undefined;
}

/**
 * @param rssBytes what the process occupies now that everything is loaded
 * @param memoryMb the function's memory size; not a number where it is not known
 */
export function tooLittleMemory(rssBytes: number, memoryMb: number): StandAside | undefined {
  const room = memoryMb * 1024 * 1024 - rssBytes;
  if (!(room < MEMORY_NEEDED_BYTES)) return undefined;
  const used = Math.round(rssBytes / 1024 / 1024);
  return {
    cause: `too little memory is left: ${used} of ${memoryMb} MB are in use after initialization`,
    remedy: 'Give the function more memory to be profiled.',
  };
}

function loadedModules(): string[] {
  return Object.keys(moduleCache);
}
