import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

interface ShowMoreProps {
  /** Rows that there are. */
  count: number;
  /** Rows that are shown, at most. */
  limit: Signal<number>;
  /** Rows to add at a time. */
  page: number;
  /** How many of how many. */
  children: ComponentChildren;
}

/** Below a table of which only the first rows are shown. */
export function ShowMore({ count, limit, page, children }: ShowMoreProps) {
  return (
    <p class="top-more" role="status">
      {children}
      {count > limit.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            limit.value += page;
          }}
        >
          Show more
        </button>
      )}
    </p>
  );
}
