/**
 * The first import of AWS's runtime client, which then finds `rapid-client.cjs` in place of its native part.
 */
import Module, { createRequire } from 'node:module';

const load = Module._load;
Module._load = function (request, ...rest) {
  if (request !== './rapid-client.node') return load.call(this, request, ...rest);
  // The runtime client asks once, before it loads the user's code: which then finds an untouched loader.
  Module._load = load;
  return createRequire(import.meta.url)('./rapid-client.cjs');
};
