import type { ValueType } from '../../profile/model';
import type { Shown } from '../viewer';

/** speedscope's words for pprof's units; what it does not know is a bare number there. */
const UNITS: Readonly<Record<string, string>> = {
  nanoseconds: 'nanoseconds',
  microseconds: 'microseconds',
  milliseconds: 'milliseconds',
  seconds: 'seconds',
  bytes: 'bytes',
};

/**
 * What is shown in speedscope's format, one profile for each of the sample types.
 *
 * @see https://github.com/jlfwong/speedscope/wiki/Importing-from-custom-sources
 */
export function speedscopeJson({ table }: Pick<Shown, 'table'>, types: readonly ValueType[], name: string): string {
  const { frames, path, start, size, values } = table;
  const profiles = types.map(({ type, unit }, t) => {
    const samples: number[][] = [];
    const weights: number[] = [];
    let endValue = 0;
    for (let s = 0; s < size; s++) {
      const weight = values[t][s];
      if (weight === 0) continue;
      samples.push(Array.from(path.subarray(start[s], start[s + 1])));
      weights.push(weight);
      endValue += weight;
    }
    const known = Object.hasOwn(UNITS, unit) ? UNITS[unit] : 'none';
    return { type: 'sampled', name: `${name}: ${type}`, unit: known, startValue: 0, endValue, samples, weights };
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
