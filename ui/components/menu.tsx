import { useLayoutEffect, useRef } from 'preact/hooks';

export interface MenuAction {
  label: string;
  run: () => void;
}

interface MenuProps {
  label: string;
  /** Where it opens in the window, CSS pixels. */
  place: { x: number; y: number };
  actions: MenuAction[];
  onClose: () => void;
}

/** A menu that has the focus until it is closed. */
export function Menu({ label, place, actions, onClose }: MenuProps) {
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
  const onKeyDown = (event: KeyboardEvent): void => {
    const items = [...(box.current?.querySelectorAll('button') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const next: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (Object.hasOwn(next, event.key)) items.at(next[event.key] % items.length)?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a click beside the menu closes it; Escape does with the keyboard. */}
      <div
        class="menu-backdrop"
        onClick={onClose}
        onContextMenu={(event) => {
          event.preventDefault();
          onClose();
        }}
      />
      <div class="menu" ref={box} role="menu" tabIndex={-1} aria-label={label} onKeyDown={onKeyDown}>
        {actions.map((action) => (
          <button
            key={action.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              onClose();
              action.run();
            }}
          >
            {action.label}
          </button>
        ))}
      </div>
    </>
  );
}
