/** The name of a class that begins, as a declaration or as the value of a variable. */
const CLASS = /\bclass\s+([\w$]+)\s*(?:[<{]|extends\b|implements\b)|([\w$]+)\s*=\s*class\b/g;

/** The same at the very place where V8, or a map, says that a class begins. */
const DECLARATION = /^(?:export\s+|default\s+|abstract\s+)*class\s+(?!extends\b)([\w$]+)/;
const VARIABLE = /([\w$]+)\s*=\s*$/;

/**
 * The name of the class whose constructor begins at a place of a source text, or nothing if none does.
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
  const isConstructor =
    /^constructor\b/.test(here.slice(column - 1)) || here.slice(0, column - 1).endsWith('constructor');
  return isConstructor ? lastClassBefore(lines, line, column) : undefined;
}

/**
 * A name for the function in which V8 sets the fields of a class, for which it has one name whatever the class:
 * `Pricer (fields)`, `Pricer (static fields)`. It begins where the class does, that of static ones where the first of
 * these is. Nothing: `v8Name` is that of another function, or the class has no name.
 *
 * @param lines of the source text
 * @param line from 1
 * @param column on it, from 1
 */
export function fieldsName(v8Name: string, lines: readonly string[], line: number, column: number): string | undefined {
  switch (v8Name) {
    case '<instance_members_initializer>': {
      const name = classAt(lines, line, column);
      return name && `${name} (fields)`;
    }
    case '<static_initializer>': {
      const name = lastClassBefore(lines, line, column);
      return name && `${name} (static fields)`;
    }
    default:
      return undefined;
  }
}

function classAt(lines: readonly string[], line: number, column: number): string | undefined {
  const here = lines[line - 1] ?? '';
  return (DECLARATION.exec(here.slice(column - 1)) ?? VARIABLE.exec(here.slice(0, column - 1)))?.[1];
}

function lastClassBefore(lines: readonly string[], line: number, column: number): string | undefined {
  const before = (lines[line - 1] ?? '').slice(0, column - 1);
  const last = [...[...lines.slice(0, line - 1), before].join('\n').matchAll(CLASS)].at(-1);
  return last?.[1] ?? last?.[2];
}
