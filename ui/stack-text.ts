import { pathTo } from './flame/navigation';
import type { Graph } from './graph';

/** A node's stack as text, the innermost function first, as in an error's stack. */
export function stackText({ tree, labels, direction }: Graph, node: number): string {
  const path = pathTo(tree, node).slice(1);
  if (direction === 'callees') path.reverse();
  return path
    .map((step) => {
      const { file, line } = tree.frames[tree.frame[step]];
      const place = file === '' ? '' : ` (${line > 0 ? `${file}:${line}` : file})`;
      return `    at ${labels[tree.frame[step]]}${place}`;
    })
    .join('\n');
}
