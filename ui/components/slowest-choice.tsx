import { formatInvocationChoice, type InvocationChoice, parseInvocationChoice } from '../timeline/selection';
import type { Viewer } from '../viewer';

const PERCENTS = [1, 5, 10, 25];

/** Chooses the slowest invocations, so many of a hundred. */
export function SlowestChoice({ viewer }: { viewer: Viewer }) {
  const choice = parseInvocationChoice(viewer.state.value.invocations);
  const chosen = choice.kind === 'slowest' ? choice.percent : undefined;
  const choose = (choice: InvocationChoice): void =>
    viewer.update({ invocations: formatInvocationChoice(choice), zoom: '' });
  return (
    <fieldset class="filter-group">
      <legend class="field-label">Slowest</legend>
      {PERCENTS.map((percent) => (
        <button
          key={percent}
          type="button"
          class="chip"
          aria-pressed={percent === chosen}
          onClick={() => choose(percent === chosen ? { kind: 'all' } : { kind: 'slowest', percent })}
        >
          {percent} %
        </button>
      ))}
      <label class="percent">
        <span class="visually-hidden">Slowest, of a hundred</span>
        <input
          type="number"
          min="0"
          max="100"
          step="any"
          placeholder="N"
          value={chosen === undefined || PERCENTS.includes(chosen) ? '' : chosen}
          onChange={({ currentTarget }) => {
            const percent = currentTarget.valueAsNumber;
            if (percent > 0 && percent <= 100) choose({ kind: 'slowest', percent });
            else if (Number.isNaN(percent)) choose({ kind: 'all' });
          }}
        />{' '}
        %
      </label>
    </fieldset>
  );
}
