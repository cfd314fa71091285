/**
 * The first import of AWS's runtime client, which then finds `rapid-client.cjs` in place of its native part.
 */
import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const load = Module._load;
Module._load = function (request, ...rest) {
  if (request !== './rapid-client.node') return load.call(this, request, ...rest);
  // The runtime client asks once, before it loads the user's code: which then finds an untouched loader.
  Module._load = load;
  // In the loader's cache, as on Lambda.
  const path = fileURLToPath(new URL('rapid-client.node', import.meta.url));
  const native = new Module(path);
  native.exports = createRequire(import.meta.url)('./rapid-client.cjs');
  native.loaded = true;
  Module._cache[path] = native;
  return native.exports;
};
