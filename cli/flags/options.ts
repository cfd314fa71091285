import { InvalidArgumentError, Option } from 'commander';
import { isProfileType, PROFILE_TYPES, type ProfileType } from '../../lib/contract/profile-types';
import { defaultFolder } from '../files/own-folder';

/** Flags that several commands share, each in one wording. */

export const outOption = () =>
  new Option('--out <folder>', 'folder for merged profiles and the cache').default(defaultFolder);

export const cachedOption = () =>
  new Option('--cached', 'use the downloads of earlier fetches, and send no requests to AWS');

export const priceOption = () =>
  new Option('--price <dollars>', 'your price of a GB-second; default: the list price').argParser(parsePrice);

export const typeOption = () => {
  const option = new Option('--type <type>', 'only this type of profile, also custom.<name>; default: all');
  option.argParser(parseProfileType);
  option.argChoices = [...PROFILE_TYPES]; // for help and completion: types are open, so others pass
  return option;
};

export const allFramesOption = () =>
  new Option('--all-frames', "show the frames, too, that a profile's own drop_frames leaves out");

export const jsonOption = () => new Option('--json', 'print the result as JSON');

export const htmlOption = () => new Option('--html <file>', 'write the viewer and the profiles as one HTML file');

export const embedSourcesOption = () =>
  new Option('--embed-sources', 'put source files of this folder that the profile names into the HTML file');

export const portOption = () =>
  new Option('--port <port>', 'port of the viewer; default: 8080 or the next that is free').argParser(parsePort);

export const viewOption = () => new Option('--view', 'serve the viewer even without a terminal');

export const noOpenOption = () => new Option('--no-open', 'open no browser; without --view or --port, serve nothing');

export const sampleTypeOption = () =>
  new Option('--sample-type <type>', 'value to rank by; default: cpu if available, or the default of the file');

function parsePrice(text: string): number {
  const price = Number(text);
  if (text.trim() !== '' && price > 0 && price < 1) return price;
  throw new InvalidArgumentError('It is not a price of a GB-second in dollars such as 0.0000166667.');
}

function parseProfileType(text: string): ProfileType {
  if (isProfileType(text)) return text;
  throw new InvalidArgumentError(`It is not a type of profile such as ${PROFILE_TYPES.join(', ')} or custom.<name>.`);
}

/** The values of a flag that may be repeated. Its default is given to the command: help would show it as `[]`. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number of at least `least`. */
export function parseCount(least: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!Number.isSafeInteger(count) || count < least || text.trim() === '') {
      throw new InvalidArgumentError(`It is not a whole number of ${least} or more.`);
    }
    return count;
  };
}

function parsePort(text: string): number {
  const port = parseCount(0)(text);
  if (port > 65535) throw new InvalidArgumentError('Ports end at 65535.');
  return port;
}

/** `500ms`, `10s`, `2m` in milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) throw new InvalidArgumentError('It is not a duration such as 500ms, 10s or 2m.');
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}
