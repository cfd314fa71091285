import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import type { CfnFunction, CfnLayerVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { codeHash } from './code-hash';
import { isResource } from './function-kind';
import { zipDirectory } from './zip-directory';

/** The known facts about code before it is deployed. */
export interface KnownCode {
  readonly has: (path: string) => boolean;
  /** The text of a file, where it can be read. */
  readonly text: (path: string) => string | undefined;
  /** The size of all files when they are unpacked. */
  readonly bytes: () => number;
}

/** Inline code becomes a file of this name. */
const INLINE_FILE = 'index.js';

/** The code of a function or a layer; `undefined` if it is not an asset of this app, such as an object in a bucket. */
export function codeOf(resource: CfnFunction | CfnLayerVersion): KnownCode | undefined {
  const { code, content } = resource as Partial<CfnFunction & CfnLayerVersion>;
  const { s3Key, zipFile } = Stack.of(resource).resolve(code ?? content) ?? {};
  if (typeof zipFile === 'string') return inlineCode(zipFile);
  const [outdir, hash] = [Stage.of(resource)?.assetOutdir, codeHash(s3Key)];
  if (outdir === undefined || hash === undefined) return undefined;
  const asset = join(outdir, `asset.${hash}`);
  if (isFolder(asset)) return codeIn(asset);
  return existsSync(`${asset}.zip`) ? codeInArchive(`${asset}.zip`) : undefined;
}

/** The code of a function's layers, as far as it is known, in their order. */
export function layersOf(fn: LambdaFunction): KnownCode[] {
  return layersGivenTo(fn)
    .map(({ node }) => node.defaultChild)
    .filter((resource) => isResource(resource, 'AWS::Lambda::LayerVersion'))
    .map((resource) => codeOf(resource as CfnLayerVersion))
    .filter((code) => code !== undefined);
}

/**
 * The layers that a function has. CDK has no public way to ask: the resource has their ARNs, and older versions keep the first
 * list of them that anyone resolves.
 */
export function layersGivenTo(fn: LambdaFunction): readonly IConstruct[] {
  // In a box that can be watched, in newer versions.
  type Layers = readonly IConstruct[] | { get(): readonly IConstruct[] };
  const { _layers: layers = [] } = fn as unknown as { readonly _layers?: Layers };
  return 'get' in layers ? layers.get() : layers;
}

function inlineCode(text: string): KnownCode {
  return {
    has: (path) => path === INLINE_FILE,
    text: (path) => (path === INLINE_FILE ? text : undefined),
    bytes: () => Buffer.byteLength(text),
  };
}

/** The code in a folder. */
export function codeIn(folder: string): KnownCode {
  return {
    has: (path) => existsSync(join(folder, path)),
    text: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : undefined),
    bytes: () => once(folder, () => bytesIn(folder)),
  };
}

function codeInArchive(file: string): KnownCode {
  const files = zipDirectory(file) ?? new Map<string, number>();
  return {
    has: (path) => files.has(path),
    text: () => undefined,
    bytes: () => [...files.values()].reduce((sum, size) => sum + size, 0),
  };
}

/** Functions often share their code, and all share layers. */
const sizes = new Map<string, number>();
function once(folder: string, measure: () => number): number {
  const size = sizes.get(folder) ?? measure();
  sizes.set(folder, size);
  return size;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? bytesIn(path) : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    })
    .reduce((sum, size) => sum + size, 0);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
