import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Names of the profiles in the AWS configuration and credentials files, sorted. */
export async function configuredProfiles(env: Record<string, string | undefined> = process.env): Promise<string[]> {
  const config = await read(env.AWS_CONFIG_FILE ?? join(homedir(), '.aws', 'config'));
  const credentials = await read(env.AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials'));
  return [...new Set([...profilesOfConfig(config), ...profilesOfCredentials(credentials)])].sort();
}

/** Section names of `~/.aws/config`: `[default]` and `[profile name]`; other sections are no profiles. */
export function profilesOfConfig(text: string): string[] {
  return sections(text).flatMap((section) => {
    if (section === 'default') return ['default'];
    const match = /^profile\s+(.+)$/.exec(section);
    return match ? [match[1].replace(/^(["'])(.*)\1$/, '$2')] : [];
  });
}

/** Section names of `~/.aws/credentials`: each is a profile. */
export function profilesOfCredentials(text: string): string[] {
  return sections(text);
}

function sections(text: string): string[] {
  return [...text.matchAll(/^[ \t]*\[([^\]\n]+)\]/gm)].map((match) => match[1].trim());
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return ''; // no such file: no profiles
  }
}
