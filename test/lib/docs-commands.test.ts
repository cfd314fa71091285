import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../cli/program';
import { scripts } from '../../package.json';

const root = join(import.meta.dirname, '../..');
const folders = ['docs', ...readdirSync(join(root, 'examples')).map((name) => `examples/${name}`)];
const documents = [
  'README.md',
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

/** The lines of a document's shell blocks, without comments, and what is in `backticks`. */
function commandsIn(document: string): string[] {
  const markdown = readFileSync(join(root, document), 'utf8');
  const blocks = Array.from(markdown.matchAll(/^```sh\n(.*?)^```$/gms), ([, text]) => text);
  const spans = Array.from(markdown.replace(/^```.*?^```$/gms, '').matchAll(/`([^`]+)`/g), ([, text]) => text);
  return [...blocks.flatMap((text) => text.split('\n')), ...spans].map((line) => line.replace(/\s#.*$/, '').trim());
}

/** As a shell splits it. */
function wordsOf(command: string): string[] {
  return Array.from(command.matchAll(/(?:'[^']*'|[^\s'])+/g), ([word]) => word.replaceAll("'", ''));
}

/** What our command says of its arguments, if they are wrong; that some are missing is no matter. Nothing is run. */
function complaint(args: string[]): string | undefined {
  const program = buildProgram();
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (command !== program) command.action(() => undefined);
  }
  try {
    program.parse(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0;
    return isHelp || error.code === 'commander.missingArgument' ? undefined : error.message;
  }
}

const lines = documents.flatMap((document) => commandsIn(document).map((line) => ({ document, line })));

describe('what the documents tell to type', () => {
  const ours = lines.flatMap(({ document, line }) => {
    const [, args] = /^(?:npx )?profiled-fn (?=[a-z])([^…|&<]*)$/.exec(line) ?? [];
    return args === undefined ? [] : [{ document, line, args: wordsOf(args) }];
  });
  it.each(ours)('$document: $line', ({ args }) => expect(complaint(args)).toBeUndefined());

  it('is found in them, and a wrong one is seen', () => {
    expect(ours.length).toBeGreaterThan(15);
    expect(complaint(['top', '--no-such-flag'])).toContain('--no-such-flag');
  });

  const run = lines.flatMap(({ document, line }) =>
    Array.from(line.matchAll(/npm (?:run )?(?!run|ci|install|i\b)([a-z][\w:-]*)/g), ([, script]) => ({
      document,
      script,
    })),
  );
  it.each(run)('$document: npm script $script', ({ script }) => expect(scripts).toHaveProperty([script]));

  const files = lines.flatMap(({ document, line }) =>
    Array.from(line.matchAll(/\b(?:node|tsx) ((?:bench|scripts|test)\/[\w./-]+)/g), ([, file]) => ({ document, file })),
  );
  it.each(files)('$document: $file', ({ file }) => expect(existsSync(join(root, file))).toBe(true));
});
