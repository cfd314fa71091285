import { type ReadonlySignal, useComputed } from '@preact/signals';
import { formatPercent } from '../../profile/value-format';
import { ORIGIN_LABELS } from '../frame-origin';
import { originShares } from '../origin-shares';
import { kindColors, type Theme } from '../palette';
import type { Viewer } from '../viewer';

/** What the colours mean, and how the self values divide among them. */
export function ColorLegend({ viewer, theme }: { viewer: Viewer; theme: ReadonlySignal<Theme> }) {
  const shares = useComputed(() => {
    const graph = viewer.graph.value;
    return graph ? originShares(graph.tree, graph.origins) : [];
  });
  return (
    <ul class="legend" aria-label="Self value by origin">
      {shares.value.map(({ kind, share }) => (
        <li key={kind}>
          <span
            class="swatch"
            style={{ background: `linear-gradient(to right, ${kindColors(theme.value, kind).join(', ')})` }}
          />
          {ORIGIN_LABELS[kind]} <span class="numbers">{formatPercent(share, 1)}</span>
        </li>
      ))}
    </ul>
  );
}
