import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A stack of a CDK app that was synthesized here. */
export interface AppStack {
  name: string;
  /** Absent if the app does not say. */
  region?: string;
}

interface Manifest {
  artifacts?: Record<string, Artifact>;
}

interface Artifact {
  type?: string;
  environment?: string;
  properties?: { stackName?: string; directoryName?: string };
}

/**
 * The stacks of the apps in `assemblies`, those of their stages too. What cannot be read names none: it is only a hint.
 *
 * @param assemblies - folders, which need not exist
 */
export function appStacks(assemblies: string[]): AppStack[] {
  return assemblies.flatMap((folder) =>
    Object.entries(readManifest(folder).artifacts ?? {}).flatMap(([id, { type, environment, properties }]) => {
      if (type === 'cdk:cloud-assembly') return appStacks([join(folder, properties?.directoryName ?? id)]);
      if (type !== 'aws:cloudformation:stack') return [];
      const region = /^aws:\/\/[^/]+\/([a-z0-9-]+)$/.exec(environment ?? '')?.[1];
      return [{ name: properties?.stackName ?? id, ...(region?.startsWith('unknown') ? {} : { region }) }];
    }),
  );
}

function readManifest(folder: string): Manifest {
  const path = join(folder, 'manifest.json');
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  } catch {
    return {};
  }
}
