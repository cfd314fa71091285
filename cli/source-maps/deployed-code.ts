import { TASK_ROOT } from '../../lib/contract/places';
import { MalformedSourceMapError, SourceMap } from '../../profile/symbols/source-map';
import { type CodeBundle, UnusableFile } from './code-bundle';

const taskRoot = `${TASK_ROOT}/`;

/** Whether `file` is a script of a function's code. */
export function isScript(file: string): boolean {
  return file.startsWith(taskRoot);
}

/** The code of a deployment, out of bundles that have parts of it; what has been read of it is kept. */
export class DeployedCode {
  readonly #bundles: CodeBundle[] = [];
  /** By script. */
  readonly #maps = new Map<string, SourceMap>();
  /** In how many of the bundles a script's map has been looked for. */
  readonly #lookedIn = new Map<string, number>();

  readonly #unusable = new Set<string>();

  /** Set once it has been looked for more than this disk has. */
  complete?: Promise<void>;

  constructor(readonly hash: string) {}

  /** Whether anything is at hand of it. */
  get isHere(): boolean {
    return this.#bundles.length > 0;
  }

  add(bundle: CodeBundle): void {
    this.#bundles.push(bundle);
  }

  /**
   * Looks for the source map of a script, in each bundle once.
   *
   * @throws UnusableFile
   */
  look(script: string): void {
    const path = script.slice(taskRoot.length);
    while (!this.#maps.has(script)) {
      const next = this.#lookedIn.get(script) ?? 0;
      const bundle = this.#bundles[next];
      if (!bundle) return;
      this.#lookedIn.set(script, next + 1);
      this.#unusable.add(script);
      const found = bundle.sourceMapOf(path);
      if (found) this.#maps.set(script, parse(found));
      this.#unusable.delete(script);
    }
  }

  /** Whether a script has a source map that cannot be used. */
  isUnusable(script: string): boolean {
    return this.#unusable.has(script);
  }

  /** The source map of a script that has been found. */
  mapOf(script: string): SourceMap | undefined {
    return this.#maps.get(script);
  }

  /** The text of a file of a symbolized profile: an original one that a map brings, or a script without a map. */
  textOf(file: string): string | undefined {
    if (isScript(file)) return this.#maps.has(file) ? undefined : this.#textOfScript(file.slice(taskRoot.length));
    return firstOf(this.#maps.values(), (map) => map.textOf(file));
  }

  #textOfScript(path: string): string | undefined {
    return firstOf(this.#bundles, (bundle) => bundle.textOf(path));
  }
}

/** The bundler may have written it so: then synthesizing again does not help. */
const afterBundler =
  'check that your bundler writes source maps of version 3, remove the asset from cdk.out and synthesize again';

function parse({ text, from, path }: { text: string; from: string; path: string }): SourceMap {
  try {
    return new SourceMap(text, path);
  } catch (error) {
    if (!(error instanceof MalformedSourceMapError)) throw error;
    throw new UnusableFile(from, error.message, afterBundler, { cause: error });
  }
}

function firstOf<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
