import { resolve } from 'node:path';
import { CommandError } from '../terminal/command-error';
import { findCdkProject } from './cdk-project';

/**
 * Where the CDK project that `folder` is in, if any, has been synthesized into. A project file that cannot be read
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
