import type { ReadonlySignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FlameSource, Hover } from '../flame/flame-source';
import type { Viewer } from '../viewer';
import { describeFrame } from './frame-details';

/** Space between the pointer and the tooltip, and the tooltip and the window's edge. */
const MARGIN = 14;

interface FrameTooltipProps {
  viewer: Viewer;
  source: FlameSource;
  hover: ReadonlySignal<Hover | undefined>;
}

/** What there is to know about the frame under the pointer. */
export function FrameTooltip({ viewer, source, hover }: FrameTooltipProps) {
  const box = useRef<HTMLDivElement>(null);
  const at = hover.value;
  useLayoutEffect(() => {
    if (at && box.current) place(box.current, at);
  }, [at]);
  const graph = source.graph.value;
  if (!at || !graph) return null;
  const {
    name,
    place: where,
    origin,
    self,
    total,
    perInvocation,
    base,
    change,
  } = describeFrame(viewer, graph, at.node);
  return (
    <div class="tooltip" ref={box} aria-hidden="true">
      <p class="tooltip-name">{name}</p>
      {where !== '' && <p class="tooltip-place">{where}</p>}
      {origin !== '' && <p class="tooltip-origin">{origin}</p>}
      <dl class="tooltip-values">
        <dt>Total</dt>
        <dd>{total}</dd>
        <dt>Self</dt>
        <dd>{self}</dd>
        {perInvocation !== '' && (
          <>
            <dt>Per invocation</dt>
            <dd>{perInvocation}</dd>
          </>
        )}
        {change !== '' && (
          <>
            <dt>Base</dt>
            <dd>{base}</dd>
            <dt>Change</dt>
            <dd>{change}</dd>
          </>
        )}
      </dl>
    </div>
  );
}

/** Next to the pointer, on the side if there is room. */
function place(box: HTMLElement, { x, y }: Hover): void {
  const { width, height } = box.getBoundingClientRect();
  const right = x + MARGIN + width <= window.innerWidth - MARGIN;
  const below = y + MARGIN + height <= window.innerHeight - MARGIN;
  const left = Math.max(MARGIN, right ? x + MARGIN : x - MARGIN - width);
  const top = Math.max(MARGIN, below ? y + MARGIN : y - MARGIN - height);
  box.style.transform = `translate(${left}px, ${top}px)`;
}
