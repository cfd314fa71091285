import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { type CdkProject, findCdkProject, synthEnvironment } from '../../stacks/cdk-project';
import { CommandError } from '../../terminal/command-error';
import type { Io } from '../../terminal/io';
import { printable } from '../../terminal/printable';

/** What is to be run: the words after `--`, and context values. */
export interface AppOptions {
  /** A cloud assembly (`cdk.out`), the command of an app, or nothing: `cdk.json` knows. */
  words: string[];
  context: Record<string, string>;
  /** Print what the app writes as it comes. */
  logs: boolean;
}

/**
 * Folder of the app's cloud assembly, synthesized anew where a command is given. What the app writes meanwhile is
 * printed where it failed, or where `logs` are wanted.
 *
 * @throws CommandError if there is no app, or its command fails
 */
export async function cloudAssemblyOf(app: AppOptions, io: Io): Promise<string> {
  const { words } = app;
  const [first] = words;
  if (words.length === 1 && isFolder(first)) return requireAssembly(resolve(first));

  const project = findCdkProject(process.cwd());
  if (words.length > 0) {
    const here = { ...project, folder: process.cwd(), output: resolve('cdk.out') };
    return synthesize(shellCommand(words), project.folder === here.folder ? project : here, app, io);
  }
  if (project.app === undefined) {
    throw new CommandError(
      `No CDK app is given, and there is no cdk.json with "app" in ${project.folder} or above it.`,
      'Give the command of the app or its cdk.out:\n  profiled-fn local -- npx tsx bin/app.ts\n  profiled-fn local -- cdk.out',
    );
  }
  return isFolder(resolve(project.folder, project.app))
    ? requireAssembly(resolve(project.folder, project.app))
    : synthesize(project.app, project, app, io);
}

async function synthesize(command: string, project: CdkProject, app: AppOptions, io: Io): Promise<string> {
  io.note(`Synthesizing: ${command}`);
  // What an earlier run left there must not pass for the result of this one.
  await rm(join(project.output, 'manifest.json'), { force: true });
  const env = { ...process.env, ...synthEnvironment(project, app.context, process.env) };
  const output: string[] = [];
  const onLine = (line: string) => {
    output.push(line);
    if (app.logs) io.note(line);
    else io.progress.show(() => printable(stripVTControlCharacters(line)));
  };
  const ended = await run(command, project.folder, env, onLine);
  io.progress.clear();
  if (ended === undefined) return requireAssembly(project.output);
  if (!app.logs) for (const line of output) io.note(line);
  throw new CommandError(
    `The CDK app could not be synthesized: ${command} ended with ${ended}.`,
    output.length > 0 ? 'Its output is above.' : 'It has written nothing; try to run it by itself.',
  );
}

/** Runs a command line in the shell; undefined: it ended well, otherwise how it ended. */
function run(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : signal),
    );
  });
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
