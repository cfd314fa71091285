import type { Label } from '../model/profile';

/**
 * Labels that tell samples of one snapshot from those of others, and invocations of it from each other. With them a
 * merge has as many samples as its snapshots together, so a large one goes without.
 */

/** Instance, and start of the window in milliseconds since the epoch, of a snapshot. */
export function snapshotLabels(instance: string, windowMs: number): Label[] {
  return [
    { key: 'instance', str: instance },
    { key: 'window', num: Math.round(windowMs), unit: 'milliseconds' },
  ];
}

/** `labels` without the rank of the invocation, which means something within one snapshot only. */
export function withoutRank(labels: readonly Label[]): Label[] {
  return labels.filter((label) => label.key !== 'slowest' || 'str' in label);
}

/** `labels` without what `snapshotLabels` has put before them, and without the rank. */
export function withoutSnapshot(labels: readonly Label[]): Label[] {
  const instance = labels.findIndex((label) => label.key === 'instance' && 'str' in label);
  // Users' labels are strings.
  return withoutRank(labels).filter(
    (label) => label !== labels[instance] && (label.key !== 'window' || 'str' in label),
  );
}
