import { Token } from 'aws-cdk-lib';
import { LAYERS_ROOT, TASK_ROOT } from './contract/places';
import type { KnownCode } from './known-code';

/** The variable that names a script which Lambda starts instead of its runtime. */
export const WRAPPER_VARIABLE = 'AWS_LAMBDA_EXEC_WRAPPER';

/** The file extensions that Lambda's runtime tries after the name of a module, in its order. */
const MODULE_ENDINGS = ['', '.js', '.mjs', '.cjs', '/index.js', '/package.json'];

/** Endings of programs: a handler that ends so, as `run.sh`, names a file and not an export. */
const PROGRAM_ENDINGS = /\.(sh|bash|zsh|ksh|bun|ts|mts|cts|tsx|py|rb|js|mjs|cjs)$/i;

/**
 * Names of scripts that start something else than Lambda's runtime: Lambda Web Adapter (`/opt/bootstrap`), Bun, Deno and
 * other runtimes. Those of vendors (OpenTelemetry, Datadog, …) add to the runtime's environment and start it.
 */
const OTHER_RUNTIME =
  /(^|[/_.-])(bootstrap|bun|deno|llrt|lambda[_-]?(web[_-]?)?adapter|web[_-]?adapter|lwa)([/_.-]|$)/i;

/**
 * Lumigo's script, which makes Lambda load Lumigo's handler. That does not wait until the function's is loaded, and Lambda
 * takes extensions, as the sampler is one, during initialization only: each instance would be profiled or not by chance.
 */
const LATE_LOADER = /(^|\/)lumigo_wrapper$/;

/** The known facts about the start of a function. */
export interface Start {
  /** May be a token, as may the next. */
  readonly handler: unknown;
  /** The value of `AWS_LAMBDA_EXEC_WRAPPER`. */
  readonly wrapper?: unknown;
  readonly code?: KnownCode;
  /** Code of its layers, as far as it is known, in their order. */
  readonly layers?: readonly KnownCode[];
}

/**
 * The reason why a function cannot be started through the sampler's handler, if there is one: a sentence with the
 * remedy. Lambda's runtime loads that handler as an export of a module, and it loads the function's in the same way.
 * Another program that reads the handler would find the sampler's and fail.
 */
export function handlerProblem(start: Start): string | undefined {
  return wrapperProblem(start) ?? formProblem(start);
}

function formProblem({ handler, code }: Start): string | undefined {
  if (typeof handler !== 'string' || Token.isUnresolved(handler)) {
    return "its handler is known only when it is deployed, so it cannot be checked whether it is an export of a module: set 'handler' to a text.";
  }
  const remedy = "set 'handler' to a module and its export, such as index.handler.";
  const [, module, name] = /^((?:.*\/)?[^./]+)\.([^/]+)$/.exec(handler) ?? [];
  if (module === undefined || name === undefined || name.startsWith('.')) {
    return `its handler '${handler}' is not an export of a module: ${remedy}`;
  }
  const isProgram = PROGRAM_ENDINGS.test(handler);
  const isModule = MODULE_ENDINGS.some((ending) => code?.has(`${module}${ending}`));
  if (isModule ? isProgram && code?.has(handler) : code?.has(handler)) {
    return `its handler '${handler}' is a file of its code, not an export of a module: ${remedy}`;
  }
  return isProgram && !isModule
    ? `its handler '${handler}' is a program, not an export of a module: ${remedy}`
    : undefined;
}

function wrapperProblem({ handler, wrapper, code, layers = [] }: Start): string | undefined {
  if (wrapper === undefined || wrapper === '') return undefined;
  const remedy = `remove ${WRAPPER_VARIABLE}, or use a script that ends with "$@".`;
  if (typeof wrapper !== 'string' || Token.isUnresolved(wrapper)) {
    return `its ${WRAPPER_VARIABLE} is known only when it is deployed, so it cannot be checked whether it starts Lambda's runtime: set it to a text.`;
  }
  if (LATE_LOADER.test(wrapper)) {
    return (
      `its ${WRAPPER_VARIABLE} '${wrapper}' does not wait until the handler is loaded, which may be too late for the sampler: remove it, set ` +
      `'handler' to lumigo-auto-instrument.handler, and the variable LUMIGO_ORIGINAL_HANDLER to ${Token.isUnresolved(handler) ? "the function's" : handler}.`
    );
  }
  const startsRuntime = endsInRuntime(textOf(wrapper, code, layers)) ?? !OTHER_RUNTIME.test(wrapper);
  if (startsRuntime) return undefined;
  return `its ${WRAPPER_VARIABLE} '${wrapper}' does not start Lambda's runtime but another program, which reads the handler itself: ${remedy}`;
}

/** The text of a script in the function's code or layers. Later layers overwrite the files of earlier ones. */
function textOf(script: string, code: KnownCode | undefined, layers: readonly KnownCode[]): string | undefined {
  const inCode = below(TASK_ROOT, script);
  if (inCode !== undefined) return code?.text(inCode);
  const path = below(LAYERS_ROOT, script);
  if (path === undefined) return undefined;
  return [...layers]
    .reverse()
    .map((layer) => layer.text(path))
    .find((text) => text !== undefined);
}

/** The rest of a path below `folder`; undefined: it is not below it. */
function below(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

/** The arguments that Lambda passes to a script, in the syntax of shells and script languages. */
const ARGUMENTS = /\$[@*]|\$\{[@*]|\$\{?1\b|\$argv|\bargv\b|\bARGV\b|process\.argv/;

/** Lines of a script that start nothing: comments and messages. */
const STARTS_NOTHING = /^\s*#|^(?!.*\bexec).*\b(echo|printf|logger)\b/;

/**
 * Whether a script starts its arguments, which are the runtime with its arguments. `undefined` if this is unknown, as
 * for binary programs.
 */
function endsInRuntime(script: string | undefined): boolean | undefined {
  if (!script?.startsWith('#!')) return undefined;
  const lines = script.split('\n').filter((line) => !STARTS_NOTHING.test(line));
  return lines.some((line) => ARGUMENTS.test(line));
}
