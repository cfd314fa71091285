import { join } from 'node:path';
import { codeIn, type KnownCode } from './known-code';

const MB = 1024 * 1024;
const MAX_MB = 250;

/** The folder of the sampler's layer. */
export const LAYER_FOLDER = join(__dirname, '..', 'assets', 'layer');

/**
 * The reason why a function's code and layers leave no room for the sampler's layer, if there is one: a sentence with
 * the remedy.
 *
 * @param layers those whose code is known
 */
export function codeSizeProblem(code: KnownCode | undefined, layers: readonly KnownCode[]): string | undefined {
  const own = [code, ...layers].reduce((sum, each) => sum + (each?.bytes() ?? 0), 0);
  const sampler = codeIn(LAYER_FOLDER).bytes();
  if (own + sampler <= MAX_MB * MB) return undefined;
  return (
    `its code and layers take ${(own / MB).toFixed(1)} MB when they are unpacked, and the layer of profiling ` +
    `${(sampler / MB).toFixed(1)} MB more. Lambda allows ${MAX_MB} MB: leave packages or files out.`
  );
}
