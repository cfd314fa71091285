const NODE_MODULES = 'node_modules/';

/**
 * The path of an original file as a person would write it, out of the URL that a source map has for it: without scheme,
 * host and query, without the way up from the bundle's folder, and from the last `node_modules/` on.
 *
 * `../../src/price.ts`, `webpack://shop/./src/price.ts?3f1c` and `../asset-input/src/price.ts` (the folder that the
 * CDK mounts when it bundles in a container) are all `src/price.ts`.
 */
export function sourcePath(source: string): string {
  const path = decoded(withoutOrigin(source.replace(/^\0/, '').replace(/\?.*$/s, '')));
  const modules = `/${path}`.lastIndexOf(`/${NODE_MODULES}`);
  if (modules >= 0) return path.slice(modules);
  return path.replace(/^(?:\.\.?\/)+(?:asset-input\/)?/, '');
}

/** Of a file's URL the whole path; of others what follows the host, which bundlers take for the name of the app. */
function withoutOrigin(url: string): string {
  return url
    .replace(/^file:\/\/(?:localhost)?(?:\/(?=[A-Za-z]:\/))?/, '')
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\/?/i, '')
    .replace(/^\([\w-]+\)\/(?=\.\/)/, '') // Next.js: the layer that a module is of
    .replace(/^\[project\]\//, '') // Turbopack
    .replace(/^\/?__parcel_source_root\//, '');
}

/** Where that is no URL's encoding, the name has a `%` of its own. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
