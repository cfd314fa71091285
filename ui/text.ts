/**
 * `text` as it may be shown: control characters, and those that turn the direction of what follows, would let a
 * function's name pass for another's.
 */
export function displayText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '\ufffd');
}

/** `text` cut to `columns` characters of a monospaced font, with an ellipsis; empty when too little would be left. */
export function fitText(text: string, columns: number): string {
  if (text.length <= columns) return text;
  if (columns < 3) return '';
  const end = columns - 1;
  const splitsPair = /[\ud800-\udbff]/.test(text[end - 1]);
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}
