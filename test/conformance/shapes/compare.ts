import type { Observations, Profiles } from './observe';
import type { Runtime } from './shape';

/** One thing that is not as without profiling. */
export interface Difference {
  shape: string;
  runtime: Runtime;
  profiles: Profiles;
  /** For example `invocations[1].payload`, or `log`. */
  where: string;
  /** Absent: a line of the log that only the profiled function has. */
  bare?: string;
  /** Absent: a line of the log that only the bare function has. */
  profiled?: string;
}

type Found = Pick<Difference, 'shape' | 'where' | 'bare' | 'profiled'>;

/** All that differs between two runs of an instance. */
export function differences(bare: Observations, profiled: Observations): Found[] {
  return Object.keys(bare).flatMap((shape) => [
    ...changedValues(bare[shape].invocations, profiled[shape].invocations, 'invocations').map((one) => ({
      shape,
      ...one,
    })),
    ...missingLines(bare[shape].log, profiled[shape].log).map((line) => ({ shape, where: 'log', bare: line })),
    ...missingLines(profiled[shape].log, bare[shape].log).map((line) => ({ shape, where: 'log', profiled: line })),
  ]);
}

/** Those that are in the same place both times. */
export function repeated(first: readonly Difference[], second: readonly Difference[]): Difference[] {
  const place = ({ shape, profiles, where }: Difference) => `${shape} ${profiles} ${where}`;
  const again = new Set(second.map(place));
  return first.filter((one) => again.has(place(one)));
}

function changedValues(bare: unknown, profiled: unknown, where: string): Pick<Found, 'where' | 'bare' | 'profiled'>[] {
  if (bare === profiled) return [];
  if (!isObject(bare) || !isObject(profiled)) {
    return [{ where, bare: JSON.stringify(bare) ?? 'undefined', profiled: JSON.stringify(profiled) ?? 'undefined' }];
  }
  const names = new Set([...Object.keys(bare), ...Object.keys(profiled)]);
  return [...names].flatMap((name) =>
    changedValues(bare[name], profiled[name], Array.isArray(bare) ? `${where}[${name}]` : `${where}.${name}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Lines that are in `from` more often than in `other`. */
function missingLines(from: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) + 1);
  return from.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
