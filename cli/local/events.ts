import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error';

/** The events that a function is invoked with, again and again from the first; never empty. */
export type Events = [unknown, ...unknown[]];

/**
 * The events of the functions of an app, each from `<folder>/<name>.json`: an array is several events, anything else
 * one. A function without a file gets `{}`.
 *
 * @param names - the names that a function goes by; the first that has a file counts
 * @throws CommandError where the folder is missing or a file is not JSON
 */
export function readEvents(folder: string | undefined, names: string[]): Events {
  if (folder === undefined) return [{}];
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new CommandError(
      `There is no folder of events ${folder}.`,
      'Make it, with a file <function>.json for each function.',
    );
  }
  const path = names.map((name) => join(folder, `${name}.json`)).find((each) => existsSync(each));
  if (path === undefined) return [{}];
  const parsed = parse(path);
  if (!Array.isArray(parsed)) return [parsed];
  const [first, ...rest] = parsed;
  return parsed.length === 0 ? [{}] : [first, ...rest];
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`${path} is not JSON: ${(error as Error).message}.`, 'Correct the file.', { cause: error });
  }
}
