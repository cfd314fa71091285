/** The name of a class that begins, as a declaration or as the value of a variable. */
const CLASS = /\bclass\s+([\w$]+)\s*(?:[<{]|extends\b|implements\b)|([\w$]+)\s*=\s*class\b/g;

/**
 * The name of the class whose constructor begins at a place of a source text, or nothing where none does.
 *
 * V8 calls a constructor by its class, and bundlers map a class's new name where the class begins: nothing of the map is
 * near the constructor but the text itself. Of classes in classes it is the one that began last.
 *
 * @param lines of the text
 * @param line from 1
 * @param column on it, from 1: before or behind the word `constructor`
 */
export function constructorName(lines: readonly string[], line: number, column: number): string | undefined {
  const here = lines[line - 1] ?? '';
  const before = here.slice(0, column - 1);
  if (!/^constructor\b/.test(here.slice(column - 1)) && !before.endsWith('constructor')) return undefined;
  const last = [...[...lines.slice(0, line - 1), before].join('\n').matchAll(CLASS)].at(-1);
  return last?.[1] ?? last?.[2];
}
