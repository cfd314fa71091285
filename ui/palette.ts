import type { Origin, OriginKind } from '../profile/analysis/origin';
import { oklch } from './oklch';

export type Theme = 'light' | 'dark';

/** The flame graph's colours that do not depend on the frame. `…Text` is legible (WCAG AA) on its namesake. */
export interface FlameColors {
  background: string;
  text: string;
  /** Callers of the zoomed frame, and frames that a search does not match. */
  faded: string;
  fadedText: string;
  /** Frames that a search matches. */
  match: string;
  matchText: string;
  /** Stands for frames too narrow to be drawn one by one. */
  merged: string;
}

export const FLAME_COLORS: Record<Theme, FlameColors> = {
  light: {
    background: '#ffffff',
    text: '#1c1917',
    faded: '#efeff1',
    fadedText: '#5c5c66',
    match: oklch(0.78, 0.17, 340),
    matchText: '#1c1917',
    merged: '#e2e2e6',
  },
  dark: {
    background: '#17181c',
    text: '#f6f5f4',
    faded: '#26282e',
    fadedText: '#a3a5ae',
    match: oklch(0.72, 0.19, 340),
    matchText: '#1c1917',
    merged: '#2f3138',
  },
};

/** Hues in degrees: own code burns, dependencies are cool, and neither comes near the red of `match`. */
const HUES: Record<OriginKind, [from: number, to: number]> = {
  own: [48, 84],
  dependency: [140, 300],
  node: [255, 255],
  gc: [20, 20],
  program: [90, 90],
  wait: [225, 225],
  idle: [255, 255],
};

const CHROMA: Record<OriginKind, number> = {
  own: 0.115,
  dependency: 0.075,
  node: 0.022,
  gc: 0.075,
  program: 0.02,
  wait: 0.045,
  idle: 0.004,
};

const LIGHTNESS: Record<Theme, Record<OriginKind, number>> = {
  light: { own: 0.82, dependency: 0.82, node: 0.85, gc: 0.8, program: 0.85, wait: 0.91, idle: 0.92 },
  dark: { own: 0.47, dependency: 0.45, node: 0.4, gc: 0.43, program: 0.4, wait: 0.33, idle: 0.3 },
};

/** Neighbours of the same package differ a little, so that their edge is seen. */
const LIGHTNESS_SPREAD = 0.035;

/**
 * The colour of a frame: the same in every profile, tree and session.
 *
 * A package has one hue. Own code varies by function, since a bundle is one file.
 */
export function frameColor(theme: Theme, origin: Origin, name: string): string {
  const { kind } = origin;
  const [from, to] = HUES[kind];
  const byName = unitHash(name);
  const place = kind === 'dependency' ? unitHash(origin.package) : byName;
  const spread = kind === 'own' || kind === 'dependency' ? (byName - 0.5) * LIGHTNESS_SPREAD : 0;
  return oklch(LIGHTNESS[theme][kind] + spread, CHROMA[kind], from + (to - from) * place);
}

const CHANGE: Record<Theme, { lightness: number; chroma: number }> = {
  light: { lightness: 0.84, chroma: 0.14 },
  dark: { lightness: 0.45, chroma: 0.13 },
};
const MORE_HUE = 25;
const LESS_HUE = 255;

/** The colour of a change between -1 (less: blue) and 1 (more: red); grey where nothing changed. */
export function changeColor(theme: Theme, change: number): string {
  const { lightness, chroma } = CHANGE[theme];
  // Small changes are seen too.
  return oklch(lightness, chroma * Math.sqrt(Math.min(1, Math.abs(change))), change > 0 ? MORE_HUE : LESS_HUE);
}

/** The colours that a kind has, from one end of its hues to the other: for the legend. */
export function kindColors(theme: Theme, kind: OriginKind): string[] {
  const [from, to] = HUES[kind];
  return [0, 0.5, 1].map((place) => oklch(LIGHTNESS[theme][kind], CHROMA[kind], from + (to - from) * place));
}

function unitHash(text: string): number {
  return textHash(text) / 2 ** 32;
}

/** FNV-1a with a final mix: 32 bits, so that near names get far colours. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
