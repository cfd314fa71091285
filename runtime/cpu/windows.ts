import type { Label } from '../../profile/model/profile';
import type { Window } from '../invocations/invocation-labels';

/** The same stretches of time, in order and without overlaps: where windows overlap, with the labels they all have. */
export function disjoint(windows: readonly Window[]): Window[] {
  const byStart = windows.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const result: Window[] = [];
  let open: Window[] = [];
  for (let i = 0; i < byStart.length || open.length > 0; ) {
    const from = open.length > 0 ? Math.max(...open.map(({ start }) => start)) : byStart[i].start;
    while (i < byStart.length && byStart[i].start <= from) open.push(byStart[i++]);
    // What is open stays the same until the first of it ends, or the next begins.
    const to = Math.min(...open.map(({ end }) => end), byStart[i]?.start ?? Number.POSITIVE_INFINITY);
    if (to > from) append(result, { start: from, end: to, labels: shared(open) });
    open = open.filter(({ end }) => end > to).map((window) => ({ ...window, start: to }));
  }
  return result;
}

/** One window where the labels go on: a cut that means nothing would leave pieces into which no sample falls. */
function append(windows: Window[], next: Window): void {
  const last = windows[windows.length - 1];
  const goesOn =
    last?.end === next.start &&
    last.labels.length === next.labels.length &&
    last.labels.every((label, i) => isSame(label, next.labels[i]));
  if (goesOn) last.end = next.end;
  else windows.push(next);
}

function shared([first, ...others]: readonly Window[]): readonly Label[] {
  if (others.length === 0) return first.labels;
  return first.labels.filter((label) => others.every(({ labels }) => labels.some((other) => isSame(label, other))));
}

function isSame(a: Label, b: Label): boolean {
  if (a.key !== b.key) return false;
  return 'str' in a ? 'str' in b && a.str === b.str : 'num' in b && a.num === b.num;
}
