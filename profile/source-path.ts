const NODE_MODULES = 'node_modules/';

/**
 * The path of an original file as a person would write it, out of what a source map calls it: without a bundler's URL
 * scheme, without the way up from the bundle's folder, and from the last `node_modules/` on.
 *
 * `../../src/price.ts`, `webpack://shop/./src/price.ts?3f1c` and `../asset-input/src/price.ts` (the folder that the
 * CDK mounts when it bundles in a container) are all `src/price.ts`.
 */
export function sourcePath(source: string): string {
  const path = source
    .replace(/^webpack(?:-internal)?:\/\/([^?]*?)(?:\?.*)?$/, (_, rest: string) => rest.slice(rest.indexOf('/') + 1))
    .replace(/^file:\/\//, '');
  const modules = `/${path}`.lastIndexOf(`/${NODE_MODULES}`);
  if (modules >= 0) return path.slice(modules);
  return path.replace(/^(?:\.\.?\/)+(?:asset-input\/)?/, '');
}
