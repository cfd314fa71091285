/** A part of a file: lines that are shown, or a gap of lines that are not. 1-based, both ends included. */
export interface Stretch {
  from: number;
  to: number;
  isShown: boolean;
}

/** Files of so many lines are shown as a whole. */
const SHORT_FILE = 300;
/** Lines before and after one that matters. */
const CONTEXT = 8;
/** A shorter gap is no gain. */
const MIN_GAP = 4;

/**
 * What is shown of a file of `length` lines: all of a short one, otherwise the surroundings of `lines`, and the gaps
 * between them of which `opened` has the first line.
 */
export function excerptOf(length: number, lines: readonly number[], opened: ReadonlySet<number>): Stretch[] {
  if (length === 0) return [];
  if (length <= SHORT_FILE) return [{ from: 1, to: length, isShown: true }];
  const stretches: Stretch[] = [];
  let next = 1;
  const show = (from: number, to: number): void => {
    const last = stretches.at(-1);
    if (last?.isShown) last.to = to;
    else stretches.push({ from, to, isShown: true });
    next = to + 1;
  };
  const close = (to: number): void => {
    if (to < next) return;
    if (to - next + 1 < MIN_GAP || opened.has(next)) show(next, to);
    else {
      stretches.push({ from: next, to, isShown: false });
      next = to + 1;
    }
  };
  for (const line of lines.toSorted((a, b) => a - b)) {
    if (line < 1 || line > length) continue;
    close(line - CONTEXT - 1);
    if (line + CONTEXT >= next) show(next, Math.min(length, line + CONTEXT));
  }
  close(length);
  return stretches;
}
