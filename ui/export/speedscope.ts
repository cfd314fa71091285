import { requireNoNegative } from '../../profile/export/negative-values';
import { speedscopeUnit } from '../../profile/export/speedscope';
import type { ValueType } from '../../profile/model/profile';
import type { Shown } from '../viewer';

/**
 * What is shown in speedscope's format, one profile for each of the sample types.
 *
 * @see https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources
 */
export function speedscopeJson({ table }: Pick<Shown, 'table'>, types: readonly ValueType[], name: string): string {
  const { frames, path, start, size, values } = table;
  const profiles = types.map(({ type, unit }, t) => {
    const known = speedscopeUnit(unit);
    const samples: number[][] = [];
    const weights: number[] = [];
    let endValue = 0;
    for (let s = 0; s < size; s++) {
      const weight = values[t][s] * known.factor;
      if (weight === 0) continue;
      samples.push(Array.from(path.subarray(start[s], start[s + 1])));
      weights.push(weight);
      endValue += weight;
    }
    requireNoNegative('speedscope file', weights);
    return { type: 'sampled', name: `${name}: ${type}`, unit: known.unit, startValue: 0, endValue, samples, weights };
  });
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'profiled-fn',
    name,
    shared: {
      frames: frames.map((frame) => ({
        name: frame.name,
        ...(frame.file !== '' && { file: frame.file }),
        ...(frame.line > 0 && { line: frame.line }),
      })),
    },
    profiles,
  });
}
