import { signal } from '@preact/signals';
import type { ProfileSource } from './page-data';
import type { Recording } from './recording';

export type Loading =
  | { status: 'none' }
  | { status: 'loading' }
  | { status: 'failed'; message: string }
  | { status: 'ready'; profile: Recording };

/** The profiles of a page, each loaded when it is first wanted. */
export interface ProfileLoads {
  /** How far the profile at `index` is; one that was not asked for is as good as under way; -1: none. */
  of(index: number): Loading;
  start(index: number): void;
}

/** @param load fetches and decodes one profile; rejects with an error whose message is for the user. */
export function createProfileLoads(
  sources: readonly ProfileSource[],
  load: (source: ProfileSource) => Promise<Recording>,
): ProfileLoads {
  const loads = signal<ReadonlyMap<number, Loading>>(new Map());
  const set = (index: number, value: Loading): void => {
    loads.value = new Map(loads.peek()).set(index, value);
  };
  return {
    of: (index) => (index < 0 ? { status: 'none' } : (loads.value.get(index) ?? { status: 'loading' })),
    start(index) {
      const known = loads.peek().get(index)?.status;
      // One that failed is tried again when it is selected again.
      if (index < 0 || known === 'ready' || known === 'loading') return;
      set(index, { status: 'loading' });
      load(sources[index]).then(
        (profile) => set(index, { status: 'ready', profile }),
        (error: unknown) =>
          set(index, { status: 'failed', message: error instanceof Error ? error.message : String(error) }),
      );
    },
  };
}
