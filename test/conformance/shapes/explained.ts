import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Difference } from './compare';

/** A difference that profiling cannot avoid. */
export interface Explanation {
  /** A sentence of docs/sampler.md, to the letter. */
  reason: string;
  explains(difference: Difference): boolean;
}

export const EXPLANATIONS: readonly Explanation[] = [];

/** @throws where a reason is not in the documentation */
export function checkDocumented(explanations: readonly Explanation[]): void {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/sampler.md'), 'utf8').replace(/\s+/g, ' ');
  for (const { reason } of explanations) {
    if (!text.includes(reason)) throw new Error(`docs/sampler.md has no sentence "${reason}". Explain it there.`);
  }
}
