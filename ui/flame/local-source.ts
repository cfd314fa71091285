import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Graph } from '../graph';
import type { FlameSource } from './flame-source';

/** A graph next to the page's main one, with a zoom and a selection of its own that the address does not carry. */
export function localSource(
  graph: ReadonlySignal<Graph | undefined>,
  options: Pick<FlameSource, 'matched' | 'rootBelow'> & {
    /** The node that is zoomed to at first. */
    home: number;
    openMenu: (graph: Graph, ...place: Parameters<FlameSource['openMenu']>) => void;
  },
): FlameSource {
  // A node's number means nothing in another tree.
  const chosen = signal<{ graph: Graph | undefined; zoomed: number; selected: number }>({
    graph: undefined,
    zoomed: options.home,
    selected: -1,
  });
  const current = computed(() =>
    chosen.value.graph === graph.value ? chosen.value : { zoomed: options.home, selected: -1 },
  );
  const set = (patch: { zoomed?: number; selected?: number }): void => {
    chosen.value = { ...current.peek(), graph: graph.peek(), ...patch };
  };
  return {
    graph,
    matched: options.matched,
    rootBelow: options.rootBelow,
    zoomed: computed(() => (graph.value ? Math.min(current.value.zoomed, graph.value.tree.size - 1) : 0)),
    selected: computed(() => current.value.selected),
    select: (selected) => set({ selected }),
    zoom: (zoomed) => set({ zoomed: zoomed === 0 ? options.home : zoomed }),
    openMenu: (place) => {
      const shown = graph.peek();
      if (shown) options.openMenu(shown, place);
    },
  };
}
