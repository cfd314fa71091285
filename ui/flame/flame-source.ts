import type { ReadonlySignal } from '@preact/signals';
import type { Graph } from '../graph';

/** A node and where the pointer is over it, in CSS pixels of the window. */
export interface Hover {
  node: number;
  x: number;
  y: number;
}

/** A graph to draw, and how it is looked at. */
export interface FlameSource {
  graph: ReadonlySignal<Graph | undefined>;
  /** 1 for each of the tree's frames that a search matches. */
  matched: ReadonlySignal<Uint8Array | undefined>;
  /** The node that fills the width; 0: the root. */
  zoomed: ReadonlySignal<number>;
  /** The node that the keyboard moves from; -1: none. */
  selected: ReadonlySignal<number>;
  /** Whether the root is below. */
  rootBelow: ReadonlySignal<boolean>;
  select: (node: number) => void;
  zoom: (node: number) => void;
  /** Opens the menu of a node at a place in the window. */
  openMenu: (place: Hover) => void;
}
