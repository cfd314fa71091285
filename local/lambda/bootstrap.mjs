/**
 * What the stand-in for Lambda starts in the function's process: AWS's runtime client, with `rapid-client.cjs` in
 * place of its native part. Takes the place of Lambda's own bootstrap script.
 *
 * Arguments: path of the runtime client's `index.mjs`. Environment: as Lambda sets it.
 */
import Module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const runtimeClient = process.argv[2];
// argv is the user's to read: on Lambda it is node and the runtime client's file.
process.argv.splice(1, 2, runtimeClient);

const load = Module._load;
Module._load = function (request, ...rest) {
  if (request !== './rapid-client.node') return load.call(this, request, ...rest);
  // The runtime client asks once, before it loads the user's code: which then finds an untouched loader.
  Module._load = load;
  return createRequire(import.meta.url)('./rapid-client.cjs');
};

const { run } = await import(pathToFileURL(runtimeClient).href);
// 3.x exports its entry point, 4.x starts by itself.
if (run) await run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
