/**
 * Labels that the sampler and the readers own. A user's label of such a name would be read as something that it is not,
 * so none can have one: not in the props of a construct, and not with `setLabels`.
 */
export const RESERVED_LABELS = [
  // Of samples.
  'phase',
  'version',
  'cold_start',
  'outcome',
  'duration',
  'slowest',
  'thread',
  'age',
  'kind',
  // Of the records of invocations, beside these.
  'start',
  'wall',
  'cpu',
  'request_id',
  'trace_id',
  // Readers add these when they merge snapshots: the instance, and the start of the window.
  'instance',
  'window',
] as const;

export type ReservedLabel = (typeof RESERVED_LABELS)[number];

/** Whether users cannot set a label of this name. */
export function isReservedLabel(name: string): name is ReservedLabel {
  return (RESERVED_LABELS as readonly string[]).includes(name);
}

/** The value of a label, where its values are too many to keep apart. */
export const OTHER_VALUES = '(other)';
