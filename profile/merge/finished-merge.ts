import type { StackTable } from '../analysis/stack-table';
import type { Profile, Sample } from '../model/profile';
import { encodeProfile } from '../pprof/encode';
import type { MergedSamples } from './merged-samples';

/** What came of a merge: the parts of a profile, with most of its samples in tables. */
export class FinishedMerge {
  /**
   * @param profile - all but the merged samples; its own samples, without a stack and zero, follow these
   * @param samples - the merged ones
   */
  constructor(
    private readonly profile: Profile,
    private readonly samples: MergedSamples,
  ) {}

  /** As bytes of pprof's format, not compressed: what `encodeProfile` makes of it, in less time and memory. */
  encoded(): Uint8Array<ArrayBuffer> {
    return encodeProfile(this.profile, this.samples);
  }

  /** Its stacks: what reading `encoded` gives, in a tenth of the time. */
  stackTable(): StackTable {
    const { profile, samples } = this;
    const { locations, stacks } = samples;
    const count = samples.count + profile.samples.length;
    const starts = new Int32Array(count + 1).fill(stacks.length);
    starts.set(samples.starts);
    const values = profile.sampleTypes.map((_, type) => valuesOf(samples, type, new Float64Array(count)));
    const stackless: Sample[] = [];
    for (let i = 0; i < samples.count; i++) if (starts[i] === starts[i + 1]) stackless.push(samples.sample(i));
    for (const sample of profile.samples) stackless.push(sample);
    const { sampleTypes, defaultSampleType } = profile;
    return { sampleTypes, defaultSampleType, locations, stacks, starts, values, stackless };
  }
}

/** Writes the values of merged samples to the beginning of `into`; further samples have zero. */
function valuesOf(samples: MergedSamples, type: number, into: Float64Array): Float64Array {
  for (let i = 0; i < samples.count; i++) into[i] = Number(samples.value(i, type));
  return into;
}
