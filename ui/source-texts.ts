import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { loadSources } from './load-profile';
import type { PageData } from './page-data';

/** The text of source files, loaded when it is first wanted. */
export interface SourceTexts {
  /** Those of the profile that is shown; undefined: not loaded yet. */
  sources: ReadonlySignal<ReadonlyMap<string, string> | undefined>;
  /** Loads these, once. */
  loadSources(): void;
}

export function createSourceTexts(data: PageData, profileIndex: ReadonlySignal<number>): SourceTexts {
  const texts = signal<ReadonlyMap<number, ReadonlyMap<string, string>>>(new Map());
  const askedFor = new Set<number>();
  return {
    sources: computed(() => texts.value.get(profileIndex.value)),
    loadSources() {
      const index = profileIndex.peek();
      if (index < 0 || askedFor.has(index)) return;
      askedFor.add(index);
      const keep = (loaded: ReadonlyMap<string, string>): void => {
        texts.value = new Map(texts.peek()).set(index, loaded);
      };
      // Without text the lines are still shown; a later visit tries again.
      loadSources(data.profiles[index], data).then(keep, () => {
        askedFor.delete(index);
        keep(new Map());
      });
    },
  };
}
