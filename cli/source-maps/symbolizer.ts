import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { StackTable } from '../../profile/analysis/stack-table';
import type { Location, Profile } from '../../profile/model/profile';
import { sourceTexts } from '../../profile/symbols/source-text';
import { type FindSourceMap, symbolize } from '../../profile/symbols/symbolize';
import { BundleFolder, UnusableFile } from './code-bundle';
import { DeployedCode, isScript } from './deployed-code';
import type { FindArchive } from './published-source-maps';
import { archiveName, SourceMapArchive } from './source-map-archive';

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

/** What is at hand of the code of a function. */
export interface FunctionMaps {
  find: FindSourceMap;
  /** As `Symbolized` has it, of a profile with original places. */
  sources(symbolized: Profile | StackTable): Map<string, string>;
}

/** How much source text comes with a profile, characters. What people write by hand is far below. */
export const textLimits = { perFile: 2 ** 20, total: 8 * 2 ** 20 };

/** The hash of an asset, by which profiles name the bundle they come from. */
const assetHash = /^[0-9a-f]{64}$/;

/**
 * Gives profiles the original places of their bundles' source maps, which it looks for where the CDK has left bundles
 * and archives of source maps, in `asset.<hash>` of cloud assemblies, and then where they were deployed to.
 */
export class Symbolizer {
  readonly #folders: readonly string[];
  readonly #findArchive: FindArchive;
  /** Code of the latest function: its types share it, and that of all functions would be too much to keep. */
  #code = { fn: '', byHash: new Map<string, DeployedCode>() };
  readonly #outcomes = {
    symbolized: new Set<string>(),
    withoutMap: new Set<string>(),
    withoutBundle: new Set<string>(),
  };
  readonly #unusable = new Map<string, UnusableSourceMap>();

  /**
   * @param assemblies - folders of cloud assemblies, which need not exist
   * @param findArchive - where else there are source maps; default: nowhere
   */
  constructor(assemblies: readonly string[], findArchive: FindArchive = async () => undefined) {
    // The assets of a stage are in the assembly of its app.
    this.#folders = assemblies.flatMap((assembly) => [resolve(assembly), dirname(resolve(assembly))]);
    this.#findArchive = findArchive;
  }

  /** `profile` of the function `fn` with original places, the same object if there are none; and source text. */
  async symbolize(fn: string, profile: Profile): Promise<Symbolized> {
    const maps = await this.mapsOf(fn, locationsIn(profile));
    const symbolized = symbolize(profile, maps.find);
    return { profile: symbolized, sources: () => maps.sources(symbolized) };
  }

  /** The source maps of the function `fn`, as far as locations of its code need them. */
  async mapsOf(fn: string, locations: Iterable<Location>): Promise<FunctionMaps> {
    if (this.#code.fn !== fn) this.#code = { fn, byHash: new Map() };
    const { byHash } = this.#code;
    for (const [hash, scripts] of scriptsByHash(locations)) {
      const code = byHash.get(hash) ?? this.#open(hash);
      byHash.set(hash, code);
      await this.#look(code, scripts);
      for (const script of scripts.filter(isOwn)) {
        if (!code.isUnusable(script)) this.#outcomes[outcomeOf(code, script)].add(fn);
      }
    }
    return {
      find: (file, hash) => byHash.get(hash)?.mapOf(file),
      sources: (symbolized) => sourceTexts(symbolized, (file, hash) => byHash.get(hash)?.textOf(file), textLimits),
    };
  }

  /** What became of all functions so far, sorted by name: their code arrives in any order. */
  report(): SourceMapReport {
    const { symbolized, withoutMap, withoutBundle } = this.#outcomes;
    return {
      symbolized: [...symbolized].sort(),
      withoutMap: [...withoutMap].filter((fn) => !symbolized.has(fn)).sort(),
      withoutBundle: [...withoutBundle].filter((fn) => !symbolized.has(fn) && !withoutMap.has(fn)).sort(),
      unusable: [...this.#unusable.values()],
    };
  }

  /** What this disk has of the code with this hash. */
  #open(hash: string): DeployedCode {
    const code = new DeployedCode(hash);
    const find = (name: string) => this.#folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
    const folder = find(`asset.${hash}/`);
    if (folder !== undefined) code.add(new BundleFolder(resolve(folder)));
    const archive = find(`asset.${archiveName(hash)}`);
    if (archive !== undefined) this.#noting(() => code.add(new SourceMapArchive(readFileSync(archive), archive)));
    return code;
  }

  /** Looks for the source maps of scripts, and where this disk has none of the function's own, for deployed ones. */
  async #look(code: DeployedCode, scripts: string[]): Promise<void> {
    for (const script of scripts) this.#noting(() => code.look(script));
    const own = scripts.filter(isOwn);
    if (own.length === 0 || own.some((script) => code.mapOf(script))) return;
    code.complete ??= this.#findArchive(code.hash).then(
      (archive) => archive && code.add(archive),
      (error) => this.#noteUnusable(error),
    );
    await code.complete;
    for (const script of scripts) this.#noting(() => code.look(script));
  }

  #noting(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#noteUnusable(error);
    }
  }

  #noteUnusable(error: unknown): void {
    if (!(error instanceof UnusableFile)) throw error;
    const { file, message: reason, remedy } = error;
    this.#unusable.set(file, { file, reason, remedy });
  }
}

/** Each location of a profile once. */
function locationsIn({ samples }: Profile): Set<Location> {
  const all = new Set<Location>();
  for (const { locations } of samples) for (const location of locations) all.add(location);
  return all;
}

/** The scripts of locations, by the hash of the code that they belong to. */
function scriptsByHash(locations: Iterable<Location>): Map<string, string[]> {
  const byHash = new Map<string, Set<string>>();
  for (const { lines, mapping } of locations) {
    if (mapping === undefined || !assetHash.test(mapping.buildId)) continue;
    for (const { fn } of lines) {
      if (!isScript(fn.filename)) continue;
      const scripts = byHash.get(mapping.buildId) ?? new Set();
      byHash.set(mapping.buildId, scripts.add(fn.filename));
    }
  }
  return new Map([...byHash].map(([hash, scripts]) => [hash, [...scripts]]));
}

/** Libraries come as they are, most of them without a map: they say nothing of how the function was bundled. */
function isOwn(script: string): boolean {
  return !script.includes('/node_modules/');
}

function outcomeOf(code: DeployedCode, script: string): 'symbolized' | 'withoutMap' | 'withoutBundle' {
  if (code.mapOf(script)) return 'symbolized';
  return code.isHere ? 'withoutMap' : 'withoutBundle';
}
