import { computed, type ReadonlySignal } from '@preact/signals';
import { MAX_RECORDS } from '../lib/contract/merged-files';
import type { RecordedInvocation, Recording } from './recording';
import { chosenInvocations, matchInvocations, parseInvocationChoice } from './timeline/selection';

/** The invocations of a profile, as they are looked at. */
export interface ShownInvocations {
  /** Those that the labels' choices admit. */
  all: readonly RecordedInvocation[];
  /** Those of `all` that are chosen in the timeline; all where none is. */
  chosen: readonly RecordedInvocation[];
  /** Invocations that are shown although they were not chosen: their samples cannot be told from those of chosen ones. */
  others: number;
  /** Invocations that what is shown belongs to; 0: it is not known how many. */
  count: number;
  /** Whether the profile has records of the newest invocations only. */
  isCut: boolean;
}

const NO_INVOCATIONS: ShownInvocations = { all: [], chosen: [], others: 0, count: 0, isCut: false };

/** What a choice of invocations comes to. */
export interface InvocationChoice {
  invocations: ReadonlySignal<ShownInvocations>;
  /** 1 for each label set that all choices admit. */
  admitted: ReadonlySignal<Uint8Array>;
}

/**
 * Among what the labels admit, what belongs to the chosen invocations. A base has no part in their choice.
 *
 * @param setsByLabels - 1 for each label set that the labels' choices admit
 * @param chosenText - the choice, as the page's address has it
 */
export function chooseInvocations(
  profile: ReadonlySignal<Recording | undefined>,
  setsByLabels: ReadonlySignal<Uint8Array>,
  chosenText: ReadonlySignal<string>,
): InvocationChoice {
  const matched = computed(() => {
    if (!profile.value) return undefined;
    const all = profile.value.invocations.filter(({ set }) => setsByLabels.value[set] === 1);
    const wanted = parseInvocationChoice(chosenText.value);
    const chosen = chosenInvocations(all, wanted);
    const match = wanted.kind === 'all' ? undefined : matchInvocations(profile.value, chosen);
    return { all, chosen, match };
  });
  const admitted = computed(() => {
    const match = matched.value?.match;
    return match ? setsByLabels.value.map((isAdmitted, i) => isAdmitted & (match.sets[i] ?? 1)) : setsByLabels.value;
  });
  const invocations = computed<ShownInvocations>(() => {
    if (!matched.value) return NO_INVOCATIONS;
    const { all, chosen, match } = matched.value;
    const isCut = (profile.value?.invocations.length ?? 0) >= MAX_RECORDS;
    const count = isCut ? 0 : all.filter(({ set }) => admitted.value[set] === 1).length;
    return { all, chosen, others: match?.others ?? 0, count, isCut };
  });
  return { invocations, admitted };
}
