import { isReservedLabel, OTHER_VALUES, RESERVED_LABELS } from '../../lib/contract/labels';
import { logOnce } from '../log';

/** Labels by key, as they are written. */
export type UserLabels = Readonly<Record<string, string>>;

/** Keys of the user's that an instance takes in its life. */
const MAX_KEYS = 8;
/** Characters of a key or a value; longer ones are cut. */
const MAX_LENGTH = 64;
/** Different label sets of the user's in one snapshot. A snapshot's size is its stacks times its label sets. */
const MAX_SETS = 64;

/** Takes in what the user's code gives as labels, within bounds. */
export class LabelIntake {
  readonly #keys = new Set<string>();

  /** What can be kept of `labels`: whatever the user's code passes, nothing is thrown. */
  accept(labels: unknown): UserLabels {
    if (typeof labels !== 'object' || labels === null) return {};
    try {
      return this.#bounded(Object.entries(labels));
    } catch {
      return {}; // a getter that throws
    }
  }

  #bounded(labels: [string, unknown][]): UserLabels {
    const accepted: Record<string, string> = {};
    for (const [name, value] of labels) {
      const key = name.slice(0, MAX_LENGTH);
      if (!isValue(value) || !this.#takes(key)) continue;
      // pprof cannot hold an empty value.
      const text = String(value).slice(0, MAX_LENGTH);
      if (text !== '') accepted[key] = text;
    }
    return accepted;
  }

  #takes(key: string): boolean {
    if (this.#keys.has(key)) return true;
    const own = isReservedLabel(key);
    if (key === '' || own || this.#keys.size >= MAX_KEYS) {
      logOnce('label-refused', {
        message: `The label "${key}" is left out of the profiles.`,
        cause: own ? 'it is a label of profiled-fn itself' : `there are ${MAX_KEYS} others already`,
        remedy: `Use at most ${MAX_KEYS} keys, and none of ${RESERVED_LABELS.join(', ')}.`,
      });
      return false;
    }
    this.#keys.add(key);
    return true;
  }
}

/** Bounds the label sets of one snapshot: of those that come after the 64th only the keys are kept. */
export class BoundedSets {
  readonly #seen = new Set<string>();

  bound(labels: UserLabels): UserLabels {
    const key = labelsText(labels);
    if (key === '' || this.#seen.has(key)) return labels;
    if (this.#seen.size < MAX_SETS) {
      this.#seen.add(key);
      return labels;
    }
    return Object.fromEntries(Object.keys(labels).map((name) => [name, OTHER_VALUES]));
  }
}

/** A text that is equal for equal labels, empty for none. */
export function labelsText(labels: UserLabels): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}\0${labels[key]}`)
    .join('\0');
}

function isValue(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
