/** `text` in lines of at most `width` characters, broken between words. */
export function wrapped(text: string, width: number): [string, ...string[]] {
  const lines: [string, ...string[]] = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `text` in lines of at most `width` characters, each behind `indent` blanks. */
export function indented(text: string, width: number, indent: number): string[] {
  return wrapped(text, width - indent).map((line) => ' '.repeat(indent) + line);
}

/** `line`, which may be indented, in lines of at most `width` characters: those that go on are indented further. */
export function folded(line: string, width: number): string[] {
  const indent = line.length - line.trimStart().length;
  const [first, ...rest] = wrapped(line.trimStart(), width - indent - 2);
  return [' '.repeat(indent) + first, ...rest.map((each) => ' '.repeat(indent + 2) + each)];
}

/** A title and its text: on one line, or below it if that is too long for `width` characters. */
export function headed(title: string, text: string, width: number, paint: (title: string) => string): string[] {
  const fits = title.length + 2 + text.length <= width;
  return fits ? [`${paint(title)}  ${text}`] : [paint(title), ...indented(text, width, 2)];
}
