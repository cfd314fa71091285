/**
 * Labels that the sampler and the readers set. A user's label of the same name would be misread, so both the
 * constructs' props and `setLabels` reject these names.
 */
export const RESERVED_LABELS = [
  // Labels of samples.
  'phase',
  'version',
  'cold_start',
  'outcome',
  'duration',
  'slowest',
  'thread',
  'age',
  'kind',
  // Labels of the records of invocations, in addition to these.
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
