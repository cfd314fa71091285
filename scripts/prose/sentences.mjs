import { toNlcst } from 'mdast-util-to-nlcst';
import { toString as textOf } from 'nlcst-to-string';
import { ParseEnglish } from 'parse-english';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';

const markdown = unified().use(remarkParse).use(remarkGfm);
const kinds = new Set(['paragraph', 'heading', 'tableCell']);

/** The texts of a Markdown document: its paragraphs (items of lists are some), headings and table cells. */
export function textsOf(file) {
  const texts = [];
  visit(markdown.parse(file), (node) => {
    if (!kinds.has(node.type)) return undefined;
    // Converted as a paragraph, because the converter skips table cells.
    const tree = toNlcst({ ...node, type: 'paragraph' }, file, ParseEnglish);
    texts.push({ kind: node.type, tree });
    return SKIP;
  });
  return texts;
}

/** The sentences of a text, as they are read, and with `x` in place of code. */
export function sentencesOf({ kind, tree }) {
  const sentences = [];
  visit(tree, 'SentenceNode', (whole) => {
    for (const node of splitBeforeCode(whole)) {
      sentences.push({ kind, node, text: plain(node), prose: plain(withoutCode(node)) });
    }
  });
  return sentences;
}

/** The parser takes a sentence that begins with code for a part of the one before, as that begins with no capital. */
function splitBeforeCode(sentence) {
  const parts = [[]];
  const { children } = sentence;
  children.forEach((child, i) => {
    const beginsWithCode = child.type === 'SourceNode' || child.children?.[0]?.type === 'SourceNode';
    if (beginsWithCode && children[i - 1]?.type === 'WhiteSpaceNode' && /[.!?)]$/.test(plain(children[i - 2])))
      parts.push([]);
    parts.at(-1).push(child);
  });
  return parts.map((nodes) => ({
    ...sentence,
    children: nodes,
    position: { start: nodes[0].position.start, end: nodes.at(-1).position.end },
  }));
}

function withoutCode(node) {
  if (node.type === 'SourceNode') return { type: 'TextNode', value: 'x' };
  return node.children ? { ...node, children: node.children.map(withoutCode) } : node;
}

function plain(node) {
  return textOf(node).replace(/\s+/g, ' ').trim();
}
