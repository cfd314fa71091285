import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Profile } from '../profile/model';
import { MalformedSourceMapError, SourceMap } from '../profile/source-map';
import { sourceTexts } from '../profile/source-text';
import { symbolize } from '../profile/symbolize';
import { BundleFolder, type CodeBundle, UnusableFile } from './code-bundle';
import { CommandError } from './command-error';
import { findCdkProject } from './local/cdk-project';

/** Which of the functions are shown as they were written, by their names, and why others are not. */
export interface SourceMapReport {
  symbolized: string[];
  /** Their bundles are here and have no source map. */
  withoutMap: string[];
  /** Their bundles are not here. */
  withoutBundle: string[];
  unusable: UnusableSourceMap[];
}

/** A source map that is left out, and why. */
export interface UnusableSourceMap {
  file: string;
  /** A clause: `it is not JSON`. */
  reason: string;
  /** What to do, a clause too. */
  remedy: string;
}

/** A profile with the original places of source maps. */
export interface Symbolized {
  profile: Profile;
  /** The text of files, by their names in the profile, as far as it is at hand: original ones, and plain scripts. */
  sources(): Map<string, string>;
}

/** How much source text comes with a profile, characters. What people write by hand is far below. */
const textLimits = { perFile: 2 ** 20, total: 8 * 2 ** 20 };

/** Where Lambda puts a function's code. */
const taskRoot = '/var/task/';

/** The hash of an asset, by which profiles name the bundle they come from. */
const assetHash = /^[0-9a-f]{64}$/;

/**
 * Where the CDK project that `folder` lies in, if any, has been synthesized into. A project file that cannot be read
 * costs the source maps, not the profiles: `note` is told.
 */
export function assembliesAround(folder: string, note: (line: string) => void): string[] {
  try {
    const project = findCdkProject(folder);
    // `app` may be the folder of an assembly in place of a command.
    return project.app === undefined ? [project.output] : [project.output, resolve(project.folder, project.app)];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    note(`Note: no source maps are looked for. ${error.message} ${error.remedy}`);
    return [];
  }
}

/**
 * Gives profiles the original places of their bundles' source maps, which it looks for where the CDK has left the
 * bundles: in `asset.<hash>` of cloud assemblies.
 */
export class Symbolizer {
  readonly #folders: readonly string[];
  /** Builds of the latest function: its types share them, and those of all functions would be too much to keep. */
  #builds = { fn: '', byHash: new Map<string, Build>() };
  readonly #outcomes = {
    symbolized: new Set<string>(),
    withoutMap: new Set<string>(),
    withoutBundle: new Set<string>(),
  };
  readonly #unusable = new Map<string, UnusableSourceMap>();

  /** @param assemblies - folders of cloud assemblies, which need not exist */
  constructor(assemblies: readonly string[]) {
    // The assets of a stage lie in the assembly of its app.
    this.#folders = assemblies.flatMap((assembly) => [resolve(assembly), dirname(resolve(assembly))]);
  }

  /** `profile` of the function `fn` with original places, the same object where there are none; and source text. */
  async symbolize(fn: string, profile: Profile): Promise<Symbolized> {
    if (this.#builds.fn !== fn) this.#builds = { fn, byHash: new Map() };
    const { byHash } = this.#builds;
    const symbolized = symbolize(profile, (file, hash) => this.#find(file, hash));
    return {
      profile: symbolized,
      sources: () => sourceTexts(symbolized, (file, hash) => byHash.get(hash)?.textOf(file), textLimits),
    };
  }

  /** What became of all functions so far. */
  report(): SourceMapReport {
    const { symbolized, withoutMap, withoutBundle } = this.#outcomes;
    return {
      symbolized: [...symbolized],
      withoutMap: [...withoutMap].filter((fn) => !symbolized.has(fn)),
      withoutBundle: [...withoutBundle].filter((fn) => !symbolized.has(fn) && !withoutMap.has(fn)),
      unusable: [...this.#unusable.values()],
    };
  }

  #find(file: string, hash: string): SourceMap | undefined {
    if (!file.startsWith(taskRoot) || !assetHash.test(hash)) return undefined;
    const { byHash } = this.#builds;
    const build = byHash.get(hash) ?? new Build(this.#bundleOf(hash));
    byHash.set(hash, build);
    if (!build.hasLookedFor(file)) this.#look(build, file);
    return build.mapOf(file);
  }

  #look(build: Build, file: string): void {
    try {
      build.look(file);
      // Libraries come as they are, most of them without a map: they say nothing of how the function was bundled.
      if (!file.includes('node_modules/')) this.#outcomes[outcomeOf(build, file)].add(this.#builds.fn);
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      const { file: name, message: reason, remedy } = error;
      this.#unusable.set(name, { file: name, reason, remedy });
    }
  }

  #bundleOf(hash: string): CodeBundle | undefined {
    const folder = this.#folders.map((each) => join(each, `asset.${hash}`)).find((each) => existsSync(`${each}/`));
    return folder === undefined ? undefined : new BundleFolder(folder);
  }
}

function outcomeOf(build: Build, file: string): 'symbolized' | 'withoutMap' | 'withoutBundle' {
  if (build.mapOf(file)) return 'symbolized';
  return build.bundle ? 'withoutMap' : 'withoutBundle';
}

/** A deployed bundle, and the source maps of its files as far as they have been asked for. */
class Build {
  readonly #maps = new Map<string, SourceMap | undefined>();

  constructor(readonly bundle: CodeBundle | undefined) {}

  hasLookedFor(file: string): boolean {
    return this.#maps.has(file);
  }

  mapOf(file: string): SourceMap | undefined {
    return this.#maps.get(file);
  }

  /**
   * Looks for the source map of `file`, once.
   *
   * @throws UnusableFile
   */
  look(file: string): void {
    this.#maps.set(file, undefined);
    const found = this.bundle?.sourceMapOf(file.slice(taskRoot.length));
    if (!found) return;
    try {
      this.#maps.set(file, new SourceMap(found.text, found.path));
    } catch (error) {
      if (!(error instanceof MalformedSourceMapError)) throw error;
      throw new UnusableFile(found.from, error.message, undefined, { cause: error });
    }
  }

  /** The text of a file of the symbolized profile: an original one that a map brings, or a script as it is. */
  textOf(file: string): string | undefined {
    if (this.#maps.has(file)) {
      // A bundle with a source map is nothing that anyone reads.
      return this.#maps.get(file) ? undefined : this.bundle?.textOf(file.slice(taskRoot.length));
    }
    for (const map of this.#maps.values()) {
      const text = map?.textOf(file);
      if (text !== undefined) return text;
    }
    return undefined;
  }
}
