import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatValue } from '../../profile/model/value-format';
import { fitCanvas } from '../fit-canvas';
import type { ShownInvocations } from '../invocation-choice';
import type { Theme } from '../palette';
import type { RecordedInvocation } from '../recording';
import { displayText } from '../text';
import { drawTimeline, KIND_LABELS, kindOf } from '../timeline/draw';
import { invocationAt, LANE_HEIGHT, layoutTimeline, timeAt } from '../timeline/layout';
import type { InvocationChoice } from '../timeline/selection';

/** A pointer that moves less than that was meant to click. CSS pixels. */
const MIN_BRUSH = 4;

interface TimelineCanvasProps {
  invocations: ReadonlySignal<ShownInvocations>;
  theme: ReadonlySignal<Theme>;
  onChoose: (choice: InvocationChoice) => void;
}

/** The picture of the timeline: a click chooses an invocation, dragging a stretch of time; so do the keys. */
export function TimelineCanvas({ invocations, theme, onChoose }: TimelineCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useSignal(0);
  const brush = useSignal<{ from: number; to: number } | undefined>(undefined);
  /** The invocation that the keyboard is at; -1: none. */
  const cursor = useSignal(-1);
  const anchor = useRef(-1);
  const hovered = useSignal(-1);
  const layout = useComputed(() => layoutTimeline(invocations.value.all, width.value));
  const chosen = useComputed(() => new Set(invocations.value.chosen));

  useEffect(() => {
    const box = canvas.current?.parentElement;
    if (!box) return;
    const resizes = new ResizeObserver(() => {
      width.value = box.clientWidth;
    });
    resizes.observe(box);
    return () => resizes.disconnect();
  }, [width]);

  useSignalEffect(() => {
    const context = canvas.current?.getContext('2d', { alpha: false });
    if (!context || width.value === 0) return;
    const { height } = layout.value;
    const scale = window.devicePixelRatio;
    fitCanvas(context.canvas, width.value, height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const { all } = invocations.value;
    drawTimeline(context, {
      layout: layout.value,
      kinds: all.map(kindOf),
      isChosen: (i) => chosen.value.has(all[i]),
      brush: brush.value,
      theme: theme.value,
    });
  });

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const chooseOne = ({ instance, start }: RecordedInvocation): void => onChoose({ kind: 'one', instance, start });
  const onPointerUp = (event: PointerEvent): void => {
    const dragged = brush.value;
    brush.value = undefined;
    if (!dragged) return;
    if (Math.abs(dragged.to - dragged.from) >= MIN_BRUSH) {
      const [from, to] = [dragged.from, dragged.to].sort((a, b) => a - b).map((x) => timeAt(layout.value, x));
      onChoose({ kind: 'range', from, to });
      return;
    }
    const { x, y } = place(event);
    const at = invocationAt(layout.value, x, y);
    if (at < 0) return;
    cursor.value = at;
    chooseOne(invocations.value.all[at]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { all } = invocations.value;
    const at = Math.min(cursor.value, all.length - 1);
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      PageDown: at + 20,
      PageUp: at - 20,
      Home: 0,
      End: all.length - 1,
    };
    if (event.ctrlKey || event.metaKey || event.altKey || all.length === 0) return;
    if (Object.hasOwn(steps, event.key)) {
      const next = Math.min(all.length - 1, Math.max(0, steps[event.key]));
      if (event.shiftKey) {
        if (anchor.current < 0) anchor.current = Math.max(0, at);
        const [first, last] = [anchor.current, next].sort((a, b) => a - b);
        onChoose({ kind: 'range', from: all[first].start, to: all[last].start });
      } else anchor.current = -1;
      cursor.value = next;
    } else if (event.key === 'Enter' && at >= 0) chooseOne(all[at]);
    else if (event.key === 'Escape') {
      anchor.current = -1;
      onChoose({ kind: 'all' });
    } else return;
    event.preventDefault();
  };

  const told = hovered.value >= 0 ? hovered.value : cursor.value;
  const invocation: RecordedInvocation | undefined = invocations.value.all[told];
  const mark = layout.value.places[cursor.value];
  return (
    <>
      <div
        class="timeline-picture"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard; the keys are its control.
        tabIndex={0}
        aria-label="Timeline of invocations. Left and right arrow keys move from one to the next, with Shift they choose a stretch, Enter chooses one, Escape all. The table below has the same data."
        aria-describedby="timeline-status"
        onKeyDown={onKeyDown}
      >
        <canvas
          class="timeline-canvas"
          ref={canvas}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            const { x } = place(event);
            brush.value = { from: x, to: x };
          }}
          onPointerMove={(event) => {
            const { x, y } = place(event);
            if (brush.value) brush.value = { ...brush.value, to: x };
            else hovered.value = invocationAt(layout.value, x, y);
          }}
          onPointerUp={onPointerUp}
          onPointerCancel={() => {
            brush.value = undefined;
          }}
          onPointerLeave={() => {
            hovered.value = -1;
          }}
        />
        {mark && (
          <div
            class="flame-outline flame-selection"
            style={{
              transform: `translate(${mark.x - 2}px, ${mark.laneY}px)`,
              width: `${mark.width + 4}px`,
              height: `${LANE_HEIGHT}px`,
            }}
          />
        )}
      </div>
      <p class="timeline-told" id="timeline-status" role="status">
        {invocation ? describe(invocation) : 'Click a bar to see that invocation’s samples, or drag over a stretch.'}
      </p>
    </>
  );
}

function describe(invocation: RecordedInvocation): string {
  const { start, wallNanos, cpuNanos, version, instance, labels } = invocation;
  const own = Object.entries(labels).map(([key, value]) => `${key} ${value}`);
  return [
    new Date(start).toISOString().replace('T', ' '),
    `${formatValue(wallNanos, 'nanoseconds')}, ${formatValue(cpuNanos, 'nanoseconds')} of processor time`,
    KIND_LABELS[kindOf(invocation)],
    ...(version === '' ? [] : [`version ${version}`]),
    ...(instance === '' ? [] : [`instance ${instance}`]),
    ...own,
  ]
    .map(displayText)
    .join(' · ');
}
