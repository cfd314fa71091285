import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** A block of TypeScript in a document. */
interface Snippet {
  /** `docs/security.md:36` */
  readonly place: string;
  /** What stands around it, in `rosetta/`: ` ```ts fixture=stack `. */
  readonly fixture: string | undefined;
  readonly text: string;
}

function snippetsOf(document: string): Snippet[] {
  const markdown = readFileSync(join(root, document), 'utf8');
  return Array.from(
    markdown.matchAll(/^```ts(?: fixture=(\w+))?\n(.*?)^```$/gms),
    ({ index, 1: fixture, 2: text }) => ({
      place: `${document}:${markdown.slice(0, index).split('\n').length}`,
      fixture,
      text,
    }),
  );
}

/** With its fixture. Imports stand at the beginning, wherever the snippet itself is put. */
function completed({ fixture, text }: Snippet): string {
  if (fixture === undefined) return text;
  const around = readFileSync(join(root, 'rosetta', `${fixture}.ts-fixture`), 'utf8');
  const [imports, rest] = [/^import .*;$/gm, /^(?!import ).*$/gm].map((lines) => (text.match(lines) ?? []).join('\n'));
  // Under a function of its own each, as a fixture may declare what a snippet does.
  return `${imports}\n${around.replace('/// here', () => `{\n${rest}\n}`)}`;
}

const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
const snippets = documents.filter((name) => name.endsWith('.md')).flatMap(snippetsOf);

/** What the compiler says of each, by its place. */
function complaints(): Map<string, string[]> {
  const files = new Map(snippets.map((snippet, i) => [join(root, `snippet-${i}.ts`), snippet]));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ['node'],
    paths: {
      'profiled-fn': [join(root, 'lib/index.ts')],
      'profiled-fn/runtime': [join(root, 'runtime/public.ts')],
      // Without the namespaces of all services, which nobody here takes from it, but which take most of the time.
      'aws-cdk-lib': [join(root, 'node_modules/aws-cdk-lib/core/index.d.ts')],
    },
  };
  const host = ts.createCompilerHost(options);
  const [fileExists, readFile, getSourceFile] = [host.fileExists, host.readFile, host.getSourceFile];
  const textOf = (file: string) => (files.has(file) ? completed(files.get(file) as Snippet) : undefined);
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => textOf(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = textOf(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  host.getCurrentDirectory = () => root;
  const program = ts.createProgram([...files.keys()], options, host);
  return new Map(
    Array.from(files, ([file, { place }]) => {
      const source = program.getSourceFile(file);
      const found = source
        ? [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
        : [];
      return [place, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
    }),
  );
}

describe('TypeScript in the documents compiles', () => {
  const found = complaints();
  it.each(snippets.map(({ place }) => place))('%s', (place) => {
    expect(found.get(place)).toEqual([]);
  });
});
