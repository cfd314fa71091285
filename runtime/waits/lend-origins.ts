import type { Origin } from '../stacks/origin';
import type { Operation } from './operation';

interface Weighed {
  readonly origin: Origin;
  readonly weight: number;
}

/**
 * Gives operations whose stack was not captured that of others of the same name, in proportion to what these stand for:
 * one that was captured with a probability p stands for 1/p - 1 like it (Horvitz and Thompson). So each stack's time is,
 * on average, what it would be if all were captured. What stands nearby in order stays nearby.
 *
 * @param weights of operations in order: the time that was idled for them, or whatever else they count for
 */
export function lendOrigins(weights: ReadonlyMap<Operation, number>): void {
  const names = new Map<string, { lenders: Weighed[]; borrowers: Weighed[] }>();
  for (const [{ what, origin }, weight] of weights) {
    const { lenders, borrowers } = names.get(what) ?? { lenders: [], borrowers: [] };
    names.set(what, { lenders, borrowers });
    if (origin.chance > 0) lenders.push({ origin, weight });
    else if (!origin.frames) borrowers.push({ origin, weight });
  }
  for (const { lenders, borrowers } of names.values()) {
    const others = lenders.map(({ origin, weight }) => ({ origin, weight: weight * (1 / origin.chance - 1) }));
    // Where none stands for others, all were captured for certain, earlier.
    lend(sum(others) > 0 ? others : lenders, borrowers);
  }
}

/** Two rows of the same length, laid next to each other: each borrower gets what is next to its middle. */
function lend(lenders: readonly Weighed[], borrowers: readonly Weighed[]): void {
  if (lenders.length === 0) return;
  const scale = sum(lenders) / (sum(borrowers) || 1);
  let lent = 0;
  let at = 0;
  let upTo = lenders[0].weight;
  for (const { origin, weight } of borrowers) {
    while (at < lenders.length - 1 && upTo < (lent + weight / 2) * scale) upTo += lenders[++at].weight;
    lent += weight;
    origin.cause = lenders[at].origin;
  }
}

function sum(all: readonly Weighed[]): number {
  return all.reduce((total, { weight }) => total + weight, 0);
}
