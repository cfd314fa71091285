import { describe, expect, it } from 'vitest';
import * as environment from '../../lib/contract/environment';
import * as frames from '../../lib/contract/frames';
import * as keys from '../../lib/contract/keys';
import * as labels from '../../lib/contract/labels';
import * as mergedFiles from '../../lib/contract/merged-files';
import * as metadata from '../../lib/contract/metadata';
import * as outputs from '../../lib/contract/outputs';
import * as places from '../../lib/contract/places';
import * as profileTypes from '../../lib/contract/profile-types';
import * as sourceMaps from '../../lib/contract/source-maps';
import { sourceFiles } from '../support/source-files';

const contract = [
  ...[environment, frames, keys, labels, mergedFiles, metadata],
  ...[outputs, places, profileTypes, sourceMaps],
];

/** Values that are words of other things, too: of the package, and of a kind of profile. */
const words = ['profiled-fn', 'custom'];

/** Every text that the contract gives a name, the members of enums included. Variables are looked for apart. */
const texts = contract
  .flatMap((module) => Object.values(module))
  .flatMap((value: unknown) => (isEnum(value) ? Object.values(value) : [value]))
  .filter((value): value is string => typeof value === 'string' && value.length > 2 && !words.includes(value))
  .filter((value) => !value.startsWith(environment.ENVIRONMENT_PREFIX));

/** Where a text of the contract may stand all the same, and why. */
const allowed: { file: RegExp; text: RegExp; why: string }[] = [
  {
    file: /^local\//,
    text: /^\/(opt|var\/(task|runtime))$|^x-amz-meta-$/,
    why: 'it stands in for AWS, whose names these are',
  },
  { file: /^lib\/publish-source-maps\.ts$/, text: /^ProfiledFnSourceMaps$/, why: 'the id of a construct' },
];

/** Names that begin as the sampler's variables do, and are none of a function. */
const OF_THE_COMMAND = ['PROFILED_FN_DEBUG'];

describe('what the contract names', () => {
  const sources = [...sourceFiles('lib', 'runtime', 'profile', 'cli', 'ui', 'local', 'bench')]
    .filter(([file]) => !file.startsWith('lib/contract/'))
    .map(([file, text]) => ({ file, code: withoutComments(text) }));

  it('is something, and the sources are there', () => {
    expect(texts).toEqual(expect.arrayContaining(['/var/task', '(idle)', 'x-amz-meta-']));
    expect(sources.length).toBeGreaterThan(300);
  });

  it('stands nowhere else as a text', () => {
    const found = sources.flatMap(({ file, code }) =>
      texts
        .filter((text) => literal(text).test(code))
        .filter((text) => !allowed.some((each) => each.file.test(file) && each.text.test(text)))
        .map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it('is no name of a variable elsewhere, however it is written', () => {
    const found = sources.flatMap(({ file, code }) =>
      Array.from(code.matchAll(/PROFILED_FN_\w*/g), ([name]) => name)
        .filter((name) => !OF_THE_COMMAND.includes(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('is the only place where keys of snapshots are put together', () => {
    const found = sources.filter(({ code }) => /-\$\{[^}]*\}\.pb\.gz|-[0-9a-f]{12}\.pb\.gz/.test(code));
    expect(found.map(({ file }) => file)).toEqual([]);
  });

  it.each(allowed)('needs each exception: $why', ({ file, text }) => {
    const users = sources.filter((source) => file.test(source.file));
    expect(users.some(({ code }) => texts.some((each) => text.test(each) && literal(each).test(code)))).toBe(true);
  });
});

/** Matches where a text begins with `text`, and not with a longer name. */
function literal(text: string): RegExp {
  const escaped = text.replace(/[^\w/]/g, '\\$&');
  return new RegExp(`['"\`]${escaped}${/\w$/.test(text) ? '(?![\\w-])' : ''}`);
}

function isEnum(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.keys(value).every((name) => /^[A-Z_]+$/.test(name));
}

/** Comments may name what the code does. */
function withoutComments(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, '').replace(/(^|\s)\/\/.*$/gm, '');
}
