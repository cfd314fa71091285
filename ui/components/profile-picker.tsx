import type { ProfileSource } from '../page-data';
import { displayText } from '../text';
import { profileId } from '../view-state';
import { areComparable, type Viewer } from '../viewer';

/** Chooses function, profile type and value. What leaves no choice is not asked. */
export function ProfilePicker({ viewer }: { viewer: Viewer }) {
  const { profiles } = viewer.data;
  const index = viewer.profileIndex.value;
  if (index < 0) return null;
  const chosen = profiles[index];
  const ofFunction = profiles.filter((profile) => sameFunction(profile, chosen));
  const show = (profile: ProfileSource): void =>
    viewer.update({
      stack: profile.stack,
      function: profile.function,
      profile: profile.type,
      value: '',
      zoom: '',
      base: '',
    });
  return (
    <div class="picker">
      <FunctionSelect
        profiles={profiles}
        chosen={chosen}
        onChoose={(other) => show(profiles.find((p) => sameFunction(p, other) && p.type === chosen.type) ?? other)}
      />
      <label class="field">
        <span class="field-label">Profile</span>
        <select
          value={chosen.type}
          onChange={(event) => show(ofFunction.find(({ type }) => type === event.currentTarget.value) ?? chosen)}
        >
          {ofFunction.map(({ type }) => (
            <option key={type} value={type}>
              {displayText(type)}
            </option>
          ))}
        </select>
      </label>
      <ValueChoice viewer={viewer} />
      <BaseSelect viewer={viewer} chosen={chosen} />
    </div>
  );
}

interface FunctionSelectProps {
  profiles: ProfileSource[];
  chosen: ProfileSource;
  onChoose: (profile: ProfileSource) => void;
}

function FunctionSelect({ profiles, chosen, onChoose }: FunctionSelectProps) {
  const stacks = [...new Set(profiles.map(({ stack }) => stack))];
  const functions = profiles.filter((profile, i) => profiles.findIndex((other) => sameFunction(other, profile)) === i);
  const options = (stack: string) =>
    functions
      .filter((profile) => profile.stack === stack)
      .map((profile) => (
        <option key={profile.function} value={profiles.indexOf(profile)}>
          {displayText(profile.function)}
        </option>
      ));
  return (
    <label class="field">
      <span class="field-label">Function</span>
      <select
        value={profiles.findIndex((profile) => sameFunction(profile, chosen))}
        onChange={(event) => onChoose(profiles[Number(event.currentTarget.value)])}
      >
        {stacks.length === 1
          ? options(stacks[0])
          : stacks.map((stack) => (
              <optgroup key={stack} label={displayText(stack)}>
                {options(stack)}
              </optgroup>
            ))}
      </select>
    </label>
  );
}

/** Which of the samples' values the widths show. */
function ValueChoice({ viewer }: { viewer: Viewer }) {
  const types = viewer.profile.value?.sampleTypes ?? [];
  if (types.length < 2) return null;
  return (
    <fieldset class="choice">
      <legend class="field-label">Value</legend>
      <div class="choice-options">
        {types.map(({ type }, i) => (
          <label key={type} class="choice-option">
            <input
              type="radio"
              name="value"
              value={type}
              checked={i === viewer.valueIndex.value}
              onChange={() => viewer.update({ value: type })}
            />
            <span>{displayText(type)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The profile to compare with: another one of the same type. */
function BaseSelect({ viewer, chosen }: { viewer: Viewer; chosen: ProfileSource }) {
  const others = viewer.data.profiles.filter((profile) => profile !== chosen && profile.type === chosen.type);
  if (others.length === 0) return null;
  const { base } = viewer.state.value;
  const stacks = new Set(viewer.data.profiles.map(({ stack }) => stack));
  const loading = viewer.baseLoading.value;
  const problem =
    loading.status === 'failed'
      ? loading.message
      : loading.status === 'ready' && viewer.profile.value && !areComparable(viewer.profile.value, loading.profile)
        ? 'It has other values, and cannot be compared.'
        : '';
  return (
    <>
      <label class="field compare">
        <span class="field-label">Compare with</span>
        <select value={base} onChange={(event) => viewer.update({ base: event.currentTarget.value })}>
          <option value="">nothing</option>
          {others.map((profile) => (
            <option key={profileId(profile)} value={profileId(profile)}>
              {displayText(stacks.size > 1 ? `${profile.stack}/${profile.function}` : profile.function)}
            </option>
          ))}
        </select>
      </label>
      {problem !== '' && (
        <p class="picker-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function sameFunction(a: ProfileSource, b: ProfileSource): boolean {
  return a.stack === b.stack && a.function === b.function;
}
