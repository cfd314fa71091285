import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../terminal/command-error';

/** The events that a function is invoked with, again and again from the first; never empty. */
export type Events = [unknown, ...unknown[]];

/**
 * The events of a function of an app, from `<folder>/<name>.json`: an array is several events, anything else one. A
 * function without a file gets `{}`.
 *
 * @param names - the names that a function goes by; the first that has a file counts
 * @throws CommandError if a file is not JSON
 */
export function readEvents(folder: string | undefined, names: string[]): Events {
  if (folder === undefined) return [{}];
  const path = names.map((name) => join(folder, `${name}.json`)).find((each) => existsSync(each));
  if (path === undefined) return [{}];
  const [first, ...rest] = eventsOf(path);
  return first === undefined ? [{}] : [first, ...rest];
}

/** @throws CommandError if there is no folder of events */
export function requireEventsFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new CommandError(
    `There is no folder with events ${folder}.`,
    'Make it, with a file <function>.json for each function.',
  );
}

/**
 * @param names - all names that the functions go by
 * @param shown - the names to propose
 * @throws CommandError if a file of the folder is named like no function: its events would not be sent
 */
export function requireEventsOfFunctions(folder: string, names: string[], shown: string[]): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const known = new Set(names);
  const others = files.filter((file) => !known.has(file.slice(0, -'.json'.length).replaceAll('\\', '/'))).sort();
  if (others.length === 0) return;
  const paths = others.map((file) => join(folder, file)).join(', ');
  throw new CommandError(
    `${paths}: the app has no function of ${others.length === 1 ? 'this name' : 'these names'}.`,
    `Rename the file, or move it elsewhere. Files may be named:\n${shown.map((name) => `  ${name}.json`).join('\n')}`,
  );
}

/**
 * The events in files, and in the `.json` files of folders by their names: an array is several events, anything else
 * one. Where nothing is named, the one event is `{}`.
 *
 * @throws CommandError if there is no such file, it is not JSON, or there is no event in any
 */
export function readPayloads(paths: string[]): Events {
  if (paths.length === 0) return [{}];
  const [first, ...rest] = paths.flatMap(filesOf).flatMap(eventsOf);
  if (first !== undefined) return [first, ...rest];
  throw new CommandError(`There is no event in ${paths.join(', ')}.`, 'Name a JSON file, or a folder with some.');
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) {
    throw new CommandError(`There is no file or folder ${path}.`, 'Name a JSON file, or a folder with some.');
  }
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => join(path, name));
}

/** An array is several events. */
function eventsOf(path: string): unknown[] {
  const parsed = parse(path);
  return Array.isArray(parsed) ? parsed : [parsed];
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`${path} is not JSON: ${(error as Error).message}.`, 'Correct the file.', { cause: error });
  }
}
