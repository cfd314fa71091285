import { useLayoutEffect, useRef } from 'preact/hooks';
import { copyText } from '../clipboard';
import { frameId } from '../flame/navigation';
import { labelOf } from '../graph';
import { exactQuery } from '../search';
import { stackText } from '../stack-text';
import type { ViewState } from '../view-state';
import type { FrameMenuPlace, Viewer } from '../viewer';

interface Action {
  label: string;
  run: () => void;
}

/** What can be done with a frame: opened by a right click, or with the key m. */
export function FrameMenu({ viewer }: { viewer: Viewer }) {
  const place = viewer.menu.value;
  return place ? <Menu viewer={viewer} place={place} /> : null;
}

function Menu({ viewer, place }: { viewer: Viewer; place: FrameMenuPlace }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = box.current;
    if (!menu) return;
    const before = document.activeElement;
    const { width, height } = menu.getBoundingClientRect();
    const left = Math.max(0, Math.min(place.x, window.innerWidth - width));
    const top = Math.max(0, Math.min(place.y, window.innerHeight - height));
    menu.style.transform = `translate(${left}px, ${top}px)`;
    menu.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, [place]);
  const close = (): void => {
    viewer.menu.value = undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const items = [...(box.current?.querySelectorAll('button') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const next: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (Object.hasOwn(next, event.key)) items.at(next[event.key] % items.length)?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a click beside the menu closes it; Escape does with the keyboard. */}
      <div
        class="menu-backdrop"
        onClick={close}
        onContextMenu={(event) => {
          event.preventDefault();
          close();
        }}
      />
      <div
        class="menu"
        ref={box}
        role="menu"
        tabIndex={-1}
        aria-label={labelOf(place.graph, place.node)}
        onKeyDown={onKeyDown}
      >
        {actions(viewer, place).map(({ label, run }) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              close();
              run();
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </>
  );
}

function actions(viewer: Viewer, { graph, node }: FrameMenuPlace): Action[] {
  if (node === 0) return [{ label: 'Reset zoom', run: () => viewer.zoom(0) }];
  const frame = graph.tree.frames[graph.tree.frame[node]];
  const query = exactQuery(frame.name);
  const choose = (label: string, patch: Partial<ViewState>): Action => ({ label, run: () => viewer.update(patch) });
  return [
    choose('Callers and callees', { view: 'function', chosenFrame: frameId(frame) }),
    choose('Focus: only stacks with this function', { focus: query, zoom: '' }),
    choose('Ignore: no stacks with this function', { ignore: query, zoom: '' }),
    choose('Hide this function', { hide: query, zoom: '' }),
    choose('Show stacks from this function on', { showFrom: query, zoom: '' }),
    choose('Search for this function', { search: query }),
    { label: 'Copy the name', run: () => void copyText(frame.name) },
    { label: 'Copy the stack', run: () => void copyText(stackText(graph, node)) },
  ];
}
