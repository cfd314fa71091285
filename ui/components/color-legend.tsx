import { type ReadonlySignal, useComputed } from '@preact/signals';
import { ORIGIN_LABELS } from '../../profile/analysis/origin';
import { formatPercent } from '../../profile/model/value-format';
import { originShares } from '../origin-shares';
import { changeColor, kindColors, type Theme } from '../palette';
import type { Viewer } from '../viewer';

const CHANGES = [
  { label: 'More than in the base', change: 1 },
  { label: 'The same', change: 0 },
  { label: 'Less', change: -1 },
];

/** What the colours mean: changes with a base, and otherwise how the self values divide among them. */
export function ColorLegend({ viewer, theme }: { viewer: Viewer; theme: ReadonlySignal<Theme> }) {
  const shares = useComputed(() => {
    const graph = viewer.graph.value;
    return graph ? originShares(graph.tree, graph.origins) : [];
  });
  if (viewer.graph.value?.comparison) {
    return (
      <ul class="legend" aria-label="Colours">
        {CHANGES.map(({ label, change }) => (
          <li key={label}>
            <span class="swatch" style={{ background: changeColor(theme.value, change) }} />
            {label}
          </li>
        ))}
        <li>The width of a frame is the sum of the profile and its base.</li>
      </ul>
    );
  }
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
