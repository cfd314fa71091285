import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

const KEYS: [title: string, keys: [key: string, meaning: string][]][] = [
  [
    'Everywhere',
    [
      ['1 – 7', 'the views, in their order'],
      ['/', 'search'],
      ['f', 'filters, shown or not'],
      ['Backspace', 'a step back; with Shift, forward again'],
      ['Esc', 'takes back: the zoom, then the search, then the selection'],
      ['?', 'this list'],
    ],
  ],
  [
    'Flame graph',
    [
      ['← ↑ ↓ →', 'from frame to frame'],
      ['Enter', 'zooms to the frame'],
      ['+ −', 'zoom freely; so do Ctrl and the wheel, and two fingers'],
      ['m', 'the frame’s menu; so does a right click'],
      ['b', 'bottom-up, or top-down again'],
    ],
  ],
  [
    'Timeline',
    [
      ['← →', 'from invocation to invocation; with Shift, chooses a stretch of time'],
      ['Enter', 'chooses the invocation'],
      ['Esc', 'chooses all again'],
    ],
  ],
];

/** What the keys do; `?` opens it, Escape closes it. */
export function HelpDialog({ isOpen }: { isOpen: Signal<boolean> }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = isOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      class="help"
      ref={dialog}
      aria-labelledby="help-title"
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <h2 id="help-title">Keys</h2>
      {KEYS.map(([title, keys]) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl>
            {keys.map(([key, meaning]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <form method="dialog">
        <button type="submit" class="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
