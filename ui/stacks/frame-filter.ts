import { type OriginKind, originOf } from '../../profile/analysis/origin';
import { matchFrames, parseQuery } from '../search';
import { keepSamples, type StackTable } from './stack-table';

/** What of the stacks is shown; texts are searches as in the search box, empty: no such filter. */
export interface FrameFilter {
  /** Stacks with such a frame only. */
  focus: string;
  /** No stacks with such a frame. */
  ignore: string;
  /** Without such frames; what they called is below their caller. */
  hide: string;
  /** From the outermost such frame on; no stacks without one. */
  showFrom: string;
  /** Without frames of these origins, as with `hide`. */
  hiddenOrigins: readonly OriginKind[];
  /** A function that calls itself at once stands there once. */
  mergeRecursion: boolean;
}

export const NO_FRAME_FILTER: FrameFilter = {
  focus: '',
  ignore: '',
  hide: '',
  showFrom: '',
  hiddenOrigins: [],
  mergeRecursion: false,
};

/** The stacks of `table` as `filter` has them. A search that cannot be understood filters nothing. */
export function filterFrames(table: StackTable, filter: FrameFilter): StackTable {
  const matching = (text: string): Uint8Array | undefined => {
    const query = parseQuery(text);
    return query.kind === 'text' ? matchFrames(query, table.frames) : undefined;
  };
  const focus = matching(filter.focus);
  const ignore = matching(filter.ignore);
  const showFrom = matching(filter.showFrom);
  const hidden = hiddenFrames(table, matching(filter.hide), filter.hiddenOrigins);
  const { mergeRecursion } = filter;
  if (!focus && !ignore && !showFrom && !hidden && !mergeRecursion) return table;

  const path = new Int32Array(table.path.length);
  const line = new Int32Array(table.path.length);
  const start = new Int32Array(table.size + 1);
  const keep = new Uint8Array(table.size);
  let length = 0;
  for (let s = 0; s < table.size; s++) {
    start[s + 1] = length;
    const end = table.start[s + 1];
    let from = table.start[s];
    if (focus && !hasFrame(table.path, from, end, focus)) continue;
    if (ignore && hasFrame(table.path, from, end, ignore)) continue;
    if (showFrom) {
      while (from < end && showFrom[table.path[from]] === 0) from++;
      if (from === end) continue;
    }
    const first = length;
    for (let at = from; at < end; at++) {
      const frame = table.path[at];
      if (hidden?.[frame] === 1) continue;
      // Of what is merged, the innermost call shows the line.
      if (mergeRecursion && length > first && path[length - 1] === frame) length--;
      line[length] = table.line[at];
      path[length++] = frame;
    }
    keep[s] = 1;
    start[s + 1] = length;
  }
  const filtered = { ...table, path: path.slice(0, length), line: line.slice(0, length), start };
  return keepSamples(filtered, keep);
}

function hasFrame(path: Int32Array, from: number, end: number, matched: Uint8Array): boolean {
  for (let at = from; at < end; at++) if (matched[path[at]] === 1) return true;
  return false;
}

function hiddenFrames(
  { frames }: StackTable,
  byName: Uint8Array | undefined,
  origins: readonly OriginKind[],
): Uint8Array | undefined {
  if (origins.length === 0) return byName;
  return Uint8Array.from(frames, ({ name, file }, i) =>
    byName?.[i] === 1 || origins.includes(originOf(name, file).kind) ? 1 : 0,
  );
}
