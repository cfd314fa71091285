import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError } from '../command-error';
import { type CdkProject, findCdkProject, synthEnvironment } from './cdk-project';

/** What is to be run: the words after `--`, and context values. */
export interface AppOptions {
  /** A cloud assembly (`cdk.out`), the command of an app, or nothing: `cdk.json` knows. */
  words: string[];
  context: Record<string, string>;
}

/**
 * Folder of the app's cloud assembly, synthesized anew where a command is given.
 *
 * @param note - told what is being run
 * @throws CommandError where there is no app, or its command fails
 */
export async function cloudAssemblyOf({ words, context }: AppOptions, note: (line: string) => void): Promise<string> {
  const [first] = words;
  if (words.length === 1 && isFolder(first)) return requireAssembly(resolve(first));

  const project = findCdkProject(process.cwd());
  if (words.length > 0) {
    const here = { ...project, folder: process.cwd(), output: resolve('cdk.out') };
    return synthesize(shellCommand(words), project.folder === here.folder ? project : here, context, note);
  }
  if (project.app === undefined) {
    throw new CommandError(
      `No CDK app is given, and there is no cdk.json with "app" in ${project.folder} or above it.`,
      'Give the command of the app or its cdk.out:\n  profiled-fn local -- npx tsx bin/app.ts\n  profiled-fn local -- cdk.out',
    );
  }
  return isFolder(resolve(project.folder, project.app))
    ? requireAssembly(resolve(project.folder, project.app))
    : synthesize(project.app, project, context, note);
}

async function synthesize(
  command: string,
  project: CdkProject,
  context: Record<string, string>,
  note: (line: string) => void,
): Promise<string> {
  note(`Synthesizing: ${command}`);
  // What an earlier run left there must not pass for the result of this one.
  await rm(join(project.output, 'manifest.json'), { force: true });
  const env = { ...process.env, ...synthEnvironment(project, context, process.env) };
  const ended = await new Promise<string | undefined>((done) => {
    // stdout is for results: what the app writes goes to stderr.
    const child = spawn(command, { shell: true, cwd: project.folder, env, stdio: ['ignore', 2, 2] });
    child.on('error', (error) => done(error.message));
    child.on('close', (code, signal) => done(code === 0 ? undefined : `exit code ${code ?? signal}`));
  });
  if (ended !== undefined) {
    throw new CommandError(
      `The CDK app could not be synthesized: ${command} ended with ${ended}.`,
      'See its output above.',
    );
  }
  return requireAssembly(project.output);
}

function requireAssembly(folder: string): string {
  if (existsSync(join(folder, 'manifest.json'))) return folder;
  throw new CommandError(
    `${folder} holds no cloud assembly: there is no manifest.json in it.`,
    'Give the folder that `cdk synth` writes (cdk.out), or a command that runs a CDK app: it writes to CDK_OUTDIR, and\nneeds no call of app.synth() for that.',
  );
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** The words of a command line for the shell; a single one is a whole command line already. */
export function shellCommand(words: string[]): string {
  return words.length === 1 ? words[0] : words.map(quote).join(' ');
}

function quote(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word.replace(/"/g, '\\"')}"` : `'${word.replace(/'/g, "'\\''")}'`;
}
