import { pannedView, ZOOM_STEP, zoomedView } from './free-view';
import type { FlameView } from './layout';

/** A pointer that moves less than that was meant to click. CSS pixels. */
const MIN_DRAG = 5;
/** Pixels of the wheel that make a step; touchpads give many small ones. */
const WHEEL_STEP = 120;
/** A wheel that counts lines: so many pixels each. */
const LINE = 40;

interface Movable {
  view: () => FlameView;
  move: (view: FlameView) => void;
}

/**
 * Zooms and pans freely: with the wheel and Ctrl, or two fingers, around the pointer; sideways with the wheel, by
 * dragging, or with a finger. Up and down is the scroller's.
 */
export function mountGestures(
  canvas: HTMLCanvasElement,
  { view, move }: Movable,
): { unmount: () => void; wasDrag: () => boolean } {
  /** Where each pointer that is down is, in CSS pixels from the canvas's left edge. */
  const pointers = new Map<number, number>();
  let downAt = 0;
  let isDragging = false;
  const xOf = (event: MouseEvent): number => event.clientX - canvas.getBoundingClientRect().left;

  const onWheel = (event: WheelEvent): void => {
    const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
    const sideways = (event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX) * scale;
    if (event.ctrlKey || event.metaKey) {
      const factor = ZOOM_STEP ** ((-event.deltaY * scale) / WHEEL_STEP);
      move(zoomedView(view(), xOf(event) / canvas.clientWidth, factor));
    } else if (sideways !== 0 && Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY * scale)) {
      move(pannedView(view(), sideways / canvas.clientWidth));
    } else return;
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (pointers.size === 0) isDragging = false;
    downAt = xOf(event);
    pointers.set(event.pointerId, downAt);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const x = xOf(event);
    const width = canvas.clientWidth;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) {
      if (!isDragging && Math.abs(x - downAt) < MIN_DRAG) return;
      if (!isDragging) canvas.setPointerCapture(event.pointerId);
      isDragging = true;
      move(pannedView(view(), (before - x) / width));
    } else {
      isDragging = true;
      const [apart, was] = [Math.max(1, Math.abs(x - other)), Math.max(1, Math.abs(before - other))];
      // Each finger's share of the move: the place between them stays between them.
      const panned = pannedView(view(), (before - x) / 2 / width);
      move(zoomedView(panned, (x + other) / 2 / width, apart / was));
    }
    pointers.set(event.pointerId, x);
  };
  const onPointerEnd = (event: PointerEvent): void => {
    pointers.delete(event.pointerId);
  };

  canvas.addEventListener('wheel', onWheel, { passive: false });
  canvas.addEventListener('pointerdown', onPointerDown);
  canvas.addEventListener('pointermove', onPointerMove);
  canvas.addEventListener('pointerup', onPointerEnd);
  canvas.addEventListener('pointercancel', onPointerEnd);
  return {
    wasDrag: () => isDragging,
    unmount: () => {
      canvas.removeEventListener('wheel', onWheel);
      canvas.removeEventListener('pointerdown', onPointerDown);
      canvas.removeEventListener('pointermove', onPointerMove);
      canvas.removeEventListener('pointerup', onPointerEnd);
      canvas.removeEventListener('pointercancel', onPointerEnd);
    },
  };
}
