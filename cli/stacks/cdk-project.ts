import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '../terminal/command-error';

/** What `cdk.json` and its neighbours say of a CDK app. */
export interface CdkProject {
  /** Folder of `cdk.json`; without one, the folder that was searched from. */
  folder: string;
  /** Command that runs the app, where `cdk.json` names one. */
  app?: string;
  /** Folder that the app is synthesized into, absolute. */
  output: string;
  /** Context values, as the CDK's own command would pass them. */
  context: Record<string, unknown>;
}

/**
 * The CDK project that `folder` is in; `home` is where the context of all of a user's projects lies.
 *
 * @throws CommandError if one of its files is not JSON
 */
export function findCdkProject(folder: string, home = homedir()): CdkProject {
  const found = nearest(folder, 'cdk.json');
  const base = found === undefined ? resolve(folder) : dirname(found);
  const settings = readJson(found);
  const user = readJson(join(home, '.cdk.json'));
  return {
    folder: base,
    app: typeof settings.app === 'string' ? settings.app : undefined,
    output: resolve(base, typeof settings.output === 'string' ? settings.output : 'cdk.out'),
    // The later, the stronger: as in the CDK's own command.
    context: { ...object(user.context), ...object(settings.context), ...readJson(join(base, 'cdk.context.json')) },
  };
}

/** `key=value` pairs as context; values that are JSON stay strings, as in the CDK's own command. */
export function contextOf(pairs: string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => splitPair(pair, '--context')));
}

/** Splits `key=value` at the first `=`. */
export function splitPair(pair: string, flag: string): [key: string, value: string] {
  const at = pair.indexOf('=');
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  throw new CommandError(`${flag} ${pair} is not of the form key=value.`, `Write it as ${flag} key=value.`, {
    exitCode: 2,
  });
}

/**
 * The environment in which an app synthesizes as under `cdk synth`: with construct paths in the templates, by which
 * the functions get their names.
 */
export function synthEnvironment(
  project: CdkProject,
  context: Record<string, string>,
  env: Record<string, string | undefined>,
): Record<string, string> {
  return {
    CDK_OUTDIR: project.output,
    CDK_DEFAULT_REGION: env.CDK_DEFAULT_REGION || env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1',
    CDK_DEFAULT_ACCOUNT: env.CDK_DEFAULT_ACCOUNT || '000000000000',
    CDK_CONTEXT_JSON: JSON.stringify({
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      ...project.context,
      ...context,
    }),
  };
}

function nearest(folder: string, name: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, name);
    if (existsSync(path)) return path;
    if (at === dirname(at)) return undefined;
  }
}

function readJson(path: string | undefined): Record<string, unknown> {
  if (path === undefined || !existsSync(path)) return {};
  try {
    return object(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new CommandError(`${path} is not JSON: ${(error as Error).message}.`, 'Correct the file.', { cause: error });
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
