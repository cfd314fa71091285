/** What a search looks at. */
export interface Searchable {
  name: string;
  file: string;
  line: number;
}

/** A search as the user typed it: nothing, something that matches text, or something that cannot be understood. */
export type Query =
  | { kind: 'none' }
  | { kind: 'text'; matches: (text: string) => boolean }
  | { kind: 'invalid'; message: string };

/** Reads `text` as a substring in either case, or between slashes as a regular expression: `/^parse/`, `/json/i`. */
export function parseQuery(text: string): Query {
  if (text === '') return { kind: 'none' };
  const expression = /^\/(.+)\/([imsu]*)$/s.exec(text);
  if (!expression) {
    const needle = text.toLowerCase();
    return { kind: 'text', matches: (candidate) => candidate.toLowerCase().includes(needle) };
  }
  try {
    const pattern = new RegExp(expression[1], expression[2]);
    return { kind: 'text', matches: (candidate) => pattern.test(candidate) };
  } catch (error) {
    // Browsers put the expression before the reason: the user sees it anyway.
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 1).trim() : '';
    return { kind: 'invalid', message: `Not a regular expression: ${reason}` };
  }
}

/** The search that finds exactly the functions of this name. */
export function exactQuery(name: string): string {
  return `/^${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$/`;
}

/** 1 for each frame whose name or place (`file:line`) the query matches, 0 for the others. */
export function matchFrames(query: Query, frames: readonly Searchable[]): Uint8Array {
  const matched = new Uint8Array(frames.length);
  if (query.kind !== 'text') return matched;
  for (let i = 0; i < frames.length; i++) {
    const { name, file, line } = frames[i];
    if (query.matches(name) || (file !== '' && query.matches(`${file}:${line}`))) matched[i] = 1;
  }
  return matched;
}
