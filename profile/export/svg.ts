import { buildCallTree, type CallTree } from '../analysis/call-tree';
import { originOf } from '../analysis/origin';
import type { Frame } from '../model/frame-table';
import type { Profile } from '../model/profile';
import { formatPercent, formatValue } from '../model/value-format';
import { frameOf } from './cpuprofile';

const width = 1200;
const rowHeight = 18;
const titleHeight = 34;
/** Frames narrower than this, pixels, cannot be seen; what is above them is narrower still. */
const narrowest = 0.4;
/** Width of a character, pixels: little enough for capitals. */
const characterWidth = 7;

/**
 * A flame graph as a picture that needs nothing else: the outermost functions on top, the widest to the left; a tooltip
 * for each frame; colours by file.
 */
export function toSvg(profile: Profile, sampleTypeIndex: number, title: string): string {
  const tree = buildCallTree(profile, sampleTypeIndex);
  const { type = '', unit = '' } = profile.sampleTypes[sampleTypeIndex] ?? {};
  const whole = tree.weight[0];
  const left = leftEdges(tree, whole);
  const pixels = (node: number) => (tree.weight[node] / whole) * width;
  const rectangles: string[] = [];
  let depth = 0;
  for (let node = 1; node < tree.size; node++) {
    if (!(pixels(node) >= narrowest)) continue;
    depth = Math.max(depth, tree.depth[node]);
    rectangles.push(rectangle(tree, node, left[node], pixels(node), whole, unit));
  }
  const height = titleHeight + depth * rowHeight + 8;
  const heading = `${title}: ${type}, ${formatValue(whole, unit)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="22" font-size="14">${escaped(heading)}</text>
${rectangles.join('\n')}
</svg>
`;
}

/** Where each node begins, pixels: after its siblings before it, which are those with greater weights. */
function leftEdges({ size, firstChild, nextSibling, weight }: CallTree, whole: number): Float64Array {
  const left = new Float64Array(size);
  for (let node = 0; node < size; node++) {
    let edge = left[node];
    for (let child = firstChild[node]; child >= 0; child = nextSibling[child]) {
      left[child] = edge;
      edge += (weight[child] / whole) * width;
    }
  }
  return left;
}

function rectangle(tree: CallTree, node: number, x: number, w: number, whole: number, unit: string): string {
  const frame = frameOf(tree, node);
  const { name, file, line } = frame;
  const total = tree.total[node];
  const y = titleHeight + (tree.depth[node] - 1) * rowHeight;
  const place = file === '' ? '' : `\n${file}${line > 0 ? `:${line}` : ''}`;
  const tooltip = `${name} ${formatValue(total, unit)} (${formatPercent(total, whole)})${place}`;
  const text = fitting(name, Math.floor((w - 6) / characterWidth));
  const label = text === '' ? '' : `<text x="${round(x + 3)}" y="${y + 13}">${escaped(text)}</text>`;
  const shape = `<rect x="${round(x)}" y="${y}" width="${round(w)}" height="${rowHeight - 1}" fill="${colorOf(frame)}"/>`;
  return `<g><title>${escaped(tooltip)}</title>${shape}${label}</g>`;
}

function fitting(name: string, characters: number): string {
  const all = [...name];
  if (all.length <= characters) return name;
  return characters < 3 ? '' : `${all.slice(0, characters - 1).join('')}…`;
}

/** Warm for the user's files, grey for all others. */
function colorOf({ name, file }: Frame): string {
  if (originOf(name, file).kind !== 'own') return '#d5d8dc';
  let hash = 0;
  for (const character of file) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 40;
  return `hsl(${15 + hash} 85% 68%)`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Text for XML, without the characters that it cannot hold at all. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them, and names come from anywhere
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, '\ufffd')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
  );
}
