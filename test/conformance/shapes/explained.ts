import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { END, type Observation, type Observations } from './observe';

/** A difference that profiling cannot avoid. */
export interface Explanation {
  /** A sentence of "What differs" in docs/sampler.md, to the letter. */
  reason: string;
  /** Takes out what differs for this reason, and nothing else. */
  without(observation: Observation, shape: string): Observation;
}

/** What loads the user's modules: the runtime client without us, the layer with us. */
const LOADERS = /\/ric-[34]\/index\.mjs|\/profiled-fn\/handler\.mjs/;
/** Only the runtime client's loading has these functions, and what the layer's is called is minified. */
const WHILE_LOADING =
  /\b(createRuntime|_?tryRequireFile|_?tryAwaitImport|UserFunctionLoader\.load|module\.exports\.load) |\/profiled-fn\/handler\.mjs/;
/** Both are ES modules, so Node.js's loader of these is at the end of their stacks. */
const MODULE_LOADER = /^ {4,}at (?:async )?(?:\S+ \()?node:internal\/modules\/(?:esm\/(?:loader|module_job)|run_main):/;
/** A native frame of a process that aborts: its number, its address, and what the binary knows of it. */
const NATIVE_FRAME = /^ ?\d+: 0x[0-9a-f]+ /;
const EVENT_LOOP = /^ {4,}at (?:process\.)?(?:runNextTicks|processImmediate|processTicksAndRejections) \(node:/;

export const EXPLANATIONS: readonly Explanation[] = [
  {
    reason:
      'Stack traces of errors that are thrown while the user’s modules are loaded end with frames of the layer in place of frames of the runtime client.',
    without: (observation) =>
      WHILE_LOADING.test(JSON.stringify(observation))
        ? withoutFrames(observation, (frame) => [LOADERS, MODULE_LOADER, EVENT_LOOP].some((one) => one.test(frame)))
        : observation,
  },
  {
    reason:
      'Stack traces of errors that the runtime client makes itself, for example for a result that is not JSON, may have frames of Node.js’s event loop',
    without: (observation) => withoutFrames(observation, (frame) => EVENT_LOOP.test(frame)),
  },
  {
    reason: 'If the handler string names a file that `import` cannot find, the error’s message names the layer’s file',
    without: (observation) =>
      mapTexts(observation, (text) =>
        text.replace(/imported from \S*(?:\/ric-[34]\/index|\/profiled-fn\/handler)\.mjs/g, 'imported from <loader>'),
      ),
  },
  {
    reason: 'In such a stack trace `Immediate.<anonymous>` of the runtime client may be `Immediate._onImmediate`.',
    without: (observation) =>
      mapTexts(observation, (text) =>
        text.replace(/at Immediate\._onImmediate (?=\(\S*\/ric-3\/index\.mjs:)/g, 'at Immediate.<anonymous> '),
      ),
  },
  {
    reason: '`globalThis` has the property `Symbol(profiled-fn.runtime)`.',
    without: (observation) =>
      mapTexts(observation, (text) =>
        text.replace(/"Symbol\(profiled-fn\.runtime\)",|,"Symbol\(profiled-fn\.runtime\)"/, ''),
      ),
  },
  {
    reason: 'Some diagnostics channels have subscribers',
    without: ofShapes(['channels of diagnostics'], ({ log }) => ({ invocations: [], log })),
  },
  {
    reason: 'With `wait`, `async` or `thread` the source text of some of Node.js’s functions',
    without: ofShapes(['source of built-in functions'], ({ log }) => ({ invocations: [], log })),
  },
  {
    reason: 'Code that replaces `Promise.prototype.then` sees some calls of the sampler',
    without: ofShapes(['then that is patched'], ({ log }) => ({ invocations: [], log })),
  },
  {
    reason: 'A debugger and `v8.getHeapStatistics()` show one more script',
    without: ofShapes(['scripts that the debugger knows'], (observation) =>
      mapTexts(observation, (text) => text.replace(/"file:[^"]*\/profiled-fn\/handler\.mjs"/, '')),
    ),
  },
  {
    reason: 'Code that `NODE_OPTIONS` preloads reads the layer’s handler in `_HANDLER`.',
    without: ofShapes(['a preloaded module'], (observation) =>
      mapTexts(observation, (text) => text.replace(/"[^"]*\/profiled-fn\/handler\.handler"/, '"index.handler"')),
    ),
  },
  {
    reason: 'Hooks on `require` (`Module._load`) see the layer’s file once',
    without: ofShapes(['require that counts'], (observation) =>
      mapTexts(observation, (text) => text.replace(/"[^"]*\/profiled-fn\/handler\.mjs"/, '')),
    ),
  },
  {
    reason: 'Code that replaces `crypto.createHash`, `crypto.createHmac` or `zlib.gzipSync` sees calls of the sampler',
    without: ofShapes(['crypto that counts', 'zlib that counts'], ({ log }) => ({ invocations: [], log })),
  },
  {
    reason: 'Your async hooks (`async_hooks.createHook`) see sockets, requests and compression of the sampler',
    without: ofShapes(['own async hook'], ({ log }) => ({ invocations: [], log })),
  },
  {
    reason: 'From the first upload on, stderr is among the active handles',
    without: ofShapes(['resources that keep the loop alive', 'handles that are active'], (observation) =>
      mapTexts(observation, (text) => text.replace(/,?"(PipeWrap|Socket)"/, '')),
    ),
  },
  {
    reason: 'On newer versions of Node.js, `/dev/null` and the sampler’s sockets are among the open files',
    without: ofShapes(['open files'], (observation) =>
      mapTexts(observation, (text) => text.replace('["/dev/null","/dev/null"]', '["/dev/null"]')),
    ),
  },
  {
    reason: 'Native stack traces of a process that aborts have other frames of V8.',
    without: ofShapes([': aborts'], ({ invocations, log }) => ({
      invocations,
      log: log.filter((line) => !NATIVE_FRAME.test(line)),
    })),
  },
  {
    reason: '`SIGTERM` is sent before `SIGKILL`, and listeners for it are called.',
    without: ofShapes([END], ({ invocations, log }) => ({
      invocations,
      log: log.filter((line) => !line.endsWith('\tINFO\tterminated')),
    })),
  },
];

/** @returns what is left of two runs without what is explained, and the explanations that applied */
export function withoutExplained(bare: Observations, profiled: Observations, count: CountDifferences) {
  let left = { bare, profiled };
  const used: Explanation[] = [];
  for (const explanation of EXPLANATIONS) {
    const next = { bare: without(left.bare, explanation), profiled: without(left.profiled, explanation) };
    if (count(next.bare, next.profiled) >= count(left.bare, left.profiled)) continue;
    used.push(explanation);
    left = next;
  }
  return { ...left, used };
}

type CountDifferences = (bare: Observations, profiled: Observations) => number;

/** @throws where a reason is not in the documentation */
export function checkDocumented(explanations: readonly Pick<Explanation, 'reason'>[]): void {
  const plain = (text: string) => text.replaceAll('’', "'").replace(/\s+/g, ' ');
  const documented = plain(readFileSync(join(import.meta.dirname, '../../../docs/sampler.md'), 'utf8'));
  for (const { reason } of explanations) {
    if (!documented.includes(plain(reason)))
      throw new Error(`docs/sampler.md has no sentence "${reason}". Explain it there.`);
  }
}

function without(observations: Observations, explanation: Explanation): Observations {
  return Object.fromEntries(
    Object.entries(observations).map(([shape, observation]) => [shape, explanation.without(observation, shape)]),
  );
}

function ofShapes(names: readonly string[], change: (observation: Observation) => Observation): Explanation['without'] {
  return (observation, shape) => (names.some((name) => shape.includes(name)) ? change(observation) : observation);
}

/**
 * Frames are lines of the log, lines of a text in it, or texts in a list in JSON: in a payload that list is in a text
 * itself. Those of causes are indented more.
 */
function withoutFrames(observation: Observation, isLeftOut: (frame: string) => boolean): Observation {
  const inLists = mapTexts(observation, (text) =>
    text
      .replace(/,?"( {4,}at (?:[^"\\]|\\.)*)"/g, (all, frame) => (isLeftOut(frame) ? '' : all))
      .replace(/\n( {4,}at .*)/g, (all, frame) => (isLeftOut(frame) ? '' : all)),
  );
  const log = inLists.log.filter((line) => !(/^ {4,}at /.test(line) && isLeftOut(line.replace(/ ?\{$/, ''))));
  return { ...inLists, log };
}

function mapTexts(observation: Observation, change: (text: string) => string): Observation {
  const changed = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changed(one)]));
  };
  return { invocations: observation.invocations.map(changed), log: observation.log.map(change).sort() };
}
