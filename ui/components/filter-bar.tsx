import { useSignal } from '@preact/signals';
import { ORIGIN_LABELS, type OriginKind } from '../../profile/analysis/origin';
import { formatPercent } from '../../profile/model/value-format';
import type { ShownInvocations } from '../invocation-choice';
import { type LabelGroup, toggleLabel } from '../stacks/labels';
import { sum } from '../summary';
import { displayText } from '../text';
import { countFilters, HIDEABLE_ORIGINS, NO_FILTERS } from '../view-state';
import type { Viewer } from '../viewer';
import { SlowestChoice } from './slowest-choice';

const TEXT_FILTERS = [
  { field: 'focus', label: 'Focus', hint: 'Stacks with such a function only' },
  { field: 'ignore', label: 'Ignore', hint: 'No stacks with such a function' },
  { field: 'hide', label: 'Hide', hint: 'Without such functions; their callees go to their callers' },
  { field: 'showFrom', label: 'Show from', hint: 'Stacks from such a function on' },
] as const;

/** Values of a label that are shown at first. */
const MAX_CHIPS = 6;

/** What is left out of the profile, by labels and by functions. */
export function FilterBar({ viewer }: { viewer: Viewer }) {
  const state = viewer.state.value;
  const hasIdle = (viewer.summary.value?.idleShare ?? 0) > 0;
  const whole = viewer.summary.value?.total ?? 0;
  const shown = viewer.shown.value ? sum(viewer.shown.value.weights.values) : 0;
  return (
    <section class="filters" id="filters" aria-label="Filters">
      {viewer.labelGroups.value.filter(dividesSamples).map((group) => (
        <LabelChips key={group.key} viewer={viewer} group={group} />
      ))}
      {state.view !== 'timeline' && viewer.invocations.value.all.length > 0 && <SlowestChoice viewer={viewer} />}
      <fieldset class="filter-group">
        <legend class="field-label">Show</legend>
        {HIDEABLE_ORIGINS.map((kind) => (
          <Toggle
            key={kind}
            label={ORIGIN_LABELS[kind]}
            checked={!state.hiddenOrigins.includes(kind)}
            onChange={() => viewer.update({ hiddenOrigins: toggled(state.hiddenOrigins, kind) })}
          />
        ))}
        {(hasIdle || state.hideIdle) && (
          <Toggle
            label="Idle time"
            checked={!state.hideIdle}
            onChange={() => viewer.update({ hideIdle: !state.hideIdle })}
          />
        )}
        <Toggle
          label="Recursion"
          checked={!state.mergeRecursion}
          onChange={() => viewer.update({ mergeRecursion: !state.mergeRecursion })}
        />
      </fieldset>
      {state.invocations !== '' && (
        <button
          type="button"
          class="chip"
          aria-pressed="true"
          title="Remove this filter"
          onClick={() => viewer.update({ invocations: '' })}
        >
          {sayInvocations(viewer.invocations.value)} <span aria-hidden="true">×</span>
        </button>
      )}
      <TextFilters viewer={viewer} />
      {countFilters(state) > 0 && (
        <p class="filter-result" role="status">
          {formatPercent(shown, whole)} shown
          <button type="button" class="button" onClick={() => viewer.update(NO_FILTERS)}>
            Clear filters
          </button>
        </p>
      )}
    </section>
  );
}

function sayInvocations({ all, chosen, others }: ShownInvocations): string {
  const some = `${chosen.length.toLocaleString('en')} of ${all.length.toLocaleString('en')} invocations`;
  return others === 0 ? some : `${some}, and ${others.toLocaleString('en')} like them`;
}

/** A label that all samples have, with the same value, is no choice. */
function dividesSamples({ chips, whole }: LabelGroup): boolean {
  return chips.length > 1 || chips.some(({ chosen, weight }) => chosen || weight !== whole);
}

function LabelChips({ viewer, group: { key, chips, whole } }: { viewer: Viewer; group: LabelGroup }) {
  const all = useSignal(false);
  // The heaviest, in their own order.
  const shown = new Set([...chips].sort((a, b) => b.weight - a.weight).slice(0, all.value ? undefined : MAX_CHIPS));
  return (
    <fieldset class="filter-group">
      <legend class="field-label">{displayText(key)}</legend>
      {chips
        .filter((chip) => chip.chosen || shown.has(chip))
        .map(({ value, chosen, weight, samples }) => (
          <button
            key={value}
            type="button"
            class="chip"
            aria-pressed={chosen}
            title={`${formatPercent(weight, whole)}, in ${samples.toLocaleString('en')} ${samples === 1 ? 'sample' : 'samples'}`}
            onClick={() => viewer.update({ labels: toggleLabel(viewer.state.peek().labels, key, value) })}
          >
            {displayText(value)}{' '}
            <span class="chip-share">
              {formatPercent(weight, whole)} · {samples.toLocaleString('en')}
            </span>
          </button>
        ))}
      {chips.length > MAX_CHIPS && (
        <button
          type="button"
          class="link"
          onClick={() => {
            all.value = !all.value;
          }}
        >
          {all.value ? 'fewer' : `${chips.length - MAX_CHIPS} more`}
        </button>
      )}
    </fieldset>
  );
}

/** Filters by function, typed; each that is set is a chip that takes it back. */
function TextFilters({ viewer }: { viewer: Viewer }) {
  const field = useSignal<(typeof TEXT_FILTERS)[number]['field']>('focus');
  const text = useSignal('');
  const state = viewer.state.value;
  const { hint } = TEXT_FILTERS.find((filter) => filter.field === field.value) ?? TEXT_FILTERS[0];
  return (
    <form
      class="filter-group"
      onSubmit={(event) => {
        event.preventDefault();
        viewer.update({ [field.value]: text.value, zoom: '' });
        text.value = '';
      }}
    >
      <select
        aria-label="Kind of filter"
        title={hint}
        value={field.value}
        onChange={(event) => {
          const chosen = TEXT_FILTERS.find((filter) => filter.field === event.currentTarget.value);
          if (chosen) field.value = chosen.field;
        }}
      >
        {TEXT_FILTERS.map((filter) => (
          <option key={filter.field} value={filter.field}>
            {filter.label}
          </option>
        ))}
      </select>
      <input
        type="search"
        aria-label="Function to filter by"
        placeholder="function or /regex/, Enter"
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      {TEXT_FILTERS.filter((filter) => state[filter.field] !== '').map((filter) => (
        <button
          key={filter.field}
          type="button"
          class="chip"
          aria-pressed="true"
          title="Remove this filter"
          onClick={() => viewer.update({ [filter.field]: '' })}
        >
          {filter.label}: {displayText(state[filter.field])} <span aria-hidden="true">×</span>
        </button>
      ))}
    </form>
  );
}

interface ToggleProps {
  label: string;
  checked: boolean;
  onChange: () => void;
}

function Toggle({ label, checked, onChange }: ToggleProps) {
  return (
    <label class="toggle">
      <input type="checkbox" checked={checked} onChange={onChange} />
      {label}
    </label>
  );
}

function toggled(kinds: readonly OriginKind[], kind: OriginKind): OriginKind[] {
  return kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind];
}
