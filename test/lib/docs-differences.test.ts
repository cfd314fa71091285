import { expect, it } from 'vitest';
import { checkDocumented, EXPLANATIONS } from '../conformance/shapes/explained';

it('docs/sampler.md has each difference that the comparison of handler shapes leaves out', () => {
  for (const explanation of EXPLANATIONS) expect(() => checkDocumented([explanation])).not.toThrow();
});
