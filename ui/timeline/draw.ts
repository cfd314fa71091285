import type { Theme } from '../palette';
import type { RecordedInvocation } from '../recording';
import { LANE_HEIGHT, type TimelineLayout } from './layout';

/** How an invocation went, as its colour says. */
export type InvocationKind = 'warm' | 'cold' | 'error' | 'timeout';

export const KIND_LABELS: Record<InvocationKind, string> = {
  warm: 'Warm',
  cold: 'Cold start',
  error: 'Error',
  timeout: 'Timeout',
};

export const KIND_COLORS: Record<Theme, Record<InvocationKind, string>> = {
  light: { warm: '#d98a3d', cold: '#3b74c9', error: '#c42b1c', timeout: '#7a1fa2' },
  dark: { warm: '#c9853f', cold: '#6ea0ee', error: '#ff7a6b', timeout: '#cf8cf0' },
};

const INK: Record<Theme, { background: string; text: string; line: string; faded: string; brush: string }> = {
  light: { background: '#ffffff', text: '#5c5c66', line: '#e6e6e9', faded: '#e2e2e6', brush: 'rgb(29 95 209 / 14%)' },
  dark: { background: '#17181c', text: '#a3a5ae', line: '#2a2c32', faded: '#34363d', brush: 'rgb(122 167 255 / 18%)' },
};

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** A failure matters more than a cold start. */
export function kindOf({ outcome, coldStart }: Pick<RecordedInvocation, 'outcome' | 'coldStart'>): InvocationKind {
  if (outcome === 'error' || outcome === 'timeout') return outcome;
  return coldStart ? 'cold' : 'warm';
}

/** What is drawn of the invocations. */
export interface TimelineScene {
  layout: TimelineLayout;
  kinds: readonly InvocationKind[];
  /** Whether an invocation is chosen; all are where none is. */
  isChosen: (index: number) => boolean;
  /** The stretch that is being chosen, CSS pixels. */
  brush: { from: number; to: number } | undefined;
  theme: Theme;
}

/** @param context its transform maps CSS pixels to the canvas. */
export function drawTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { layout, kinds, isChosen, brush, theme } = scene;
  const { width, height, left, right, baseline, places, lanes, durations, times } = layout;
  const ink = INK[theme];
  const colors = KIND_COLORS[theme];
  context.fillStyle = ink.background;
  context.fillRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { at, label } of durations) {
    context.fillStyle = ink.line;
    context.fillRect(left, Math.round(at), right - left, 1);
    context.fillStyle = ink.text;
    context.fillText(label, left - 8, at);
  }
  context.textAlign = 'center';
  for (const { at, label } of times) {
    context.fillStyle = ink.line;
    context.fillRect(Math.round(at), baseline, 1, height - baseline);
    context.fillStyle = ink.text;
    context.fillText(label, Math.min(Math.max(at, left + 24), right - 24), baseline + 11);
  }
  context.textAlign = 'left';
  for (const { instance, y } of lanes) {
    context.fillStyle = ink.text;
    context.fillText(instance.slice(0, 6), 8, y + LANE_HEIGHT / 2, left - 16);
  }
  // Tall bars first, so that short ones are not behind them; what is chosen is in front of all.
  const order = places.map((_, i) => i).sort((a, b) => places[a].y - places[b].y);
  for (const chosen of [false, true]) {
    for (const i of order) {
      if (isChosen(i) !== chosen) continue;
      const place = places[i];
      context.fillStyle = chosen ? colors[kinds[i]] : ink.faded;
      context.fillRect(place.x, place.y, place.width, baseline - place.y);
      context.fillRect(place.x, place.laneY + 2, place.width, LANE_HEIGHT - 4);
    }
  }
  context.fillStyle = ink.text;
  context.fillRect(left, baseline, right - left, 1);
  if (brush) {
    context.fillStyle = ink.brush;
    context.fillRect(Math.min(brush.from, brush.to), 0, Math.abs(brush.to - brush.from), height);
  }
}
