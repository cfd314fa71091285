import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Template } from './cloudformation/template';

/** What `cdk synth` leaves behind: every stack of an app, those of its stages included. */
export interface CloudAssembly {
  directory: string;
  stacks: AssemblyStack[];
}

export interface AssemblyStack {
  stackName: string;
  /** Path of the stack's construct below the app: `Prod/Orders`. */
  constructPath: string;
  accountId: string;
  region: string;
  template: Template;
  /** File assets by the key that they would have in the bootstrap bucket, which is how templates refer to them. */
  assets: Map<string, FileAsset>;
  /** Construct path of a resource, from the app, for those templates that do not carry it: logical id to paths. */
  pathsOfLogicalIds: Map<string, string[]>;
}

export interface FileAsset {
  path: string;
  /** `zip`: the path is a directory, to be zipped when published; `file`: published as it is. */
  packaging: 'zip' | 'file';
  /** Where it is published to, with placeholders: `cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}`. */
  bucketName?: string;
}

/** Region and account of stacks that do not say theirs. */
export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_ACCOUNT = '000000000000';

interface Manifest {
  artifacts?: Record<string, Artifact>;
}

interface Artifact {
  type: string;
  environment?: string;
  displayName?: string;
  properties?: { templateFile?: string; stackName?: string; directoryName?: string; file?: string };
  dependencies?: string[];
  metadata?: Metadata;
  additionalMetadataFile?: string;
}

type Metadata = Record<string, { type: string; data?: unknown }[]>;

interface AssetManifest {
  files?: Record<
    string,
    {
      source: { path?: string; packaging?: 'zip' | 'file' };
      destinations: Record<string, { bucketName?: string; objectKey: string }>;
    }
  >;
}

/**
 * Reads a cloud assembly.
 *
 * @param directory usually `cdk.out`
 * @throws where the directory is no assembly, or one of its files cannot be read; the message names the file
 */
export function readCloudAssembly(directory: string): CloudAssembly {
  const root = resolve(directory);
  if (!existsSync(join(root, 'manifest.json'))) {
    throw new Error(
      `${root} is not a CDK cloud assembly: it has no manifest.json. Run "cdk synth" and name its output directory, usually cdk.out.`,
    );
  }
  return { directory: root, stacks: readStacks(root) };
}

/** The app's own stacks first, then those of its stages. */
function readStacks(directory: string): AssemblyStack[] {
  const manifest = readJson<Manifest>(join(directory, 'manifest.json'));
  const artifacts = Object.entries(manifest.artifacts ?? {});
  const own = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const stages = artifacts.filter(([, { type }]) => type === 'cdk:cloud-assembly');
  return [
    ...own.map(([id, artifact]) => readStack(directory, id, artifact, manifest)),
    ...stages.flatMap(([id, { properties }]) => readStacks(join(directory, properties?.directoryName ?? id))),
  ];
}

function readStack(directory: string, id: string, artifact: Artifact, manifest: Manifest): AssemblyStack {
  const templateFile = artifact.properties?.templateFile;
  if (!templateFile) throw new Error(`Stack ${id} in ${directory}/manifest.json names no template file.`);
  return {
    stackName: artifact.properties?.stackName ?? id,
    constructPath: artifact.displayName ?? id,
    ...parseEnvironment(artifact.environment),
    template: readTemplate(join(directory, templateFile)),
    assets: readAssets(directory, artifact, manifest),
    pathsOfLogicalIds: readPaths(directory, artifact),
  };
}

/** Reads a template as the CDK writes it: JSON. */
export function readTemplate(file: string): Template {
  return readJson<Template>(file);
}

/** `aws://123456789012/eu-west-1`, either part of which may be `unknown-…`. */
function parseEnvironment(environment = ''): { accountId: string; region: string } {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
  return {
    accountId: !account || account.startsWith('unknown') ? DEFAULT_ACCOUNT : account,
    region: !region || region.startsWith('unknown') ? DEFAULT_REGION : region,
  };
}

function readAssets(directory: string, artifact: Artifact, manifest: Manifest): Map<string, FileAsset> {
  const assets = new Map<string, FileAsset>();
  for (const id of artifact.dependencies ?? []) {
    const dependency = manifest.artifacts?.[id];
    if (dependency?.type !== 'cdk:asset-manifest' || !dependency.properties?.file) continue;
    const file = join(directory, dependency.properties.file);
    for (const { source, destinations } of Object.values(readJson<AssetManifest>(file).files ?? {})) {
      // Without a path the asset is made by a command at publishing time: nothing is there yet.
      if (!source.path) continue;
      const asset: FileAsset = { path: resolve(dirname(file), source.path), packaging: source.packaging ?? 'file' };
      for (const { objectKey, bucketName } of Object.values(destinations))
        assets.set(objectKey, { ...asset, bucketName });
    }
  }
  return assets;
}

/** Metadata is in the manifest, or, since assemblies grew large, in a file next to it. */
function readPaths(directory: string, artifact: Artifact): Map<string, string[]> {
  const metadata: Metadata = {
    ...(artifact.additionalMetadataFile ? readJson<Metadata>(join(directory, artifact.additionalMetadataFile)) : {}),
    ...artifact.metadata,
  };
  const paths = new Map<string, string[]>();
  for (const [path, entries] of Object.entries(metadata)) {
    for (const { type, data } of entries) {
      if (type !== 'aws:cdk:logicalId' || typeof data !== 'string') continue;
      // Nested stacks have logical ids of their own, so one may stand for several constructs.
      paths.set(data, [...(paths.get(data) ?? []), path.replace(/^\//, '')]);
    }
  }
  return paths;
}

function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new Error(`Cannot read ${file} of the cloud assembly: ${(error as Error).message}. Run "cdk synth" again.`);
  }
}
