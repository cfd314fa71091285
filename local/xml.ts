/** An element's content: text, or elements by name; a list repeats the element; `undefined` leaves it out. */
export type XmlContent = string | number | boolean | undefined | XmlElements | XmlContent[];

export interface XmlElements {
  [name: string]: XmlContent;
}

/** A document with one root element. */
export function xmlDocument(root: string, content: XmlElements, namespace?: string): string {
  const attribute = namespace ? ` xmlns="${namespace}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${elements(content)}</${root}>`;
}

/** Reads back what {@link escapeXml} wrote, and the other forms in which clients write the same. */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (_, hex, decimal, name: string) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name.toLowerCase()] as string;
  });
}

function elements(content: XmlElements): string {
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: XmlContent): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  return `<${name}>${typeof value === 'object' ? elements(value) : escapeXml(String(value))}</${name}>`;
}

/** Control characters too: a parser would drop or change them. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f\u007f]/g, (character) => {
    const named = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[character];
    return named ?? `&#x${character.charCodeAt(0).toString(16)};`;
  });
}
