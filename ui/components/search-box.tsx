import type { RefObject } from 'preact';
import { formatPercent } from '../../profile/model/value-format';
import type { Viewer } from '../viewer';

/** The search, and what its matches have of the total. */
export function SearchBox({ viewer, input }: { viewer: Viewer; input: RefObject<HTMLInputElement | null> }) {
  const { search } = viewer.state.value;
  const query = viewer.query.value;
  const matches = viewer.matches.value;
  const total = viewer.graph.value?.tree.weight[0] ?? 0;
  const result =
    query.kind === 'invalid'
      ? query.message
      : matches && total > 0
        ? `${formatPercent(matches.total, total)} in ${matches.functions} ${matches.functions === 1 ? 'function' : 'functions'}`
        : '';
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (search === '') input.current?.blur();
    else viewer.update({ search: '' });
  };
  return (
    <div class="search">
      <label class="visually-hidden" for="search">
        Search
      </label>
      <input
        id="search"
        ref={input}
        type="search"
        placeholder="Search name, file or /regex/"
        autocomplete="off"
        spellcheck={false}
        aria-invalid={query.kind === 'invalid'}
        aria-describedby="search-result"
        aria-keyshortcuts="/"
        value={search}
        onInput={(event) => viewer.update({ search: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <output id="search-result" class={query.kind === 'invalid' ? 'search-result invalid' : 'search-result'}>
        {result}
      </output>
    </div>
  );
}
