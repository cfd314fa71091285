import { encodeProfile } from './encode';
import type { MergedSamples } from './merged-samples';
import type { Location, Profile } from './model';
import type { StackTable } from './stack-table';

const UNSEEN = -1;

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
    const { order } = samples;
    const count = order.length + profile.samples.length;
    const starts = new Int32Array(count + 1);
    for (const [i, sample] of order.entries()) starts[i + 1] = (starts[i] as number) + samples.depth(sample);
    const length = starts[order.length] as number;
    starts.fill(length, order.length + 1);

    const stacks = new Int32Array(length);
    const locations: Location[] = [];
    const indices = new Int32Array(samples.locations.length).fill(UNSEEN);
    const indexOf = (location: number): number => {
      if (indices[location] === UNSEEN) indices[location] = locations.push(samples.locations[location] as Location) - 1;
      return indices[location] as number;
    };
    for (const [i, sample] of order.entries()) samples.mapLocations(sample, indexOf, stacks, starts[i]);

    const values = profile.sampleTypes.map((_, type) => {
      const column = new Float64Array(count); // those of further samples are zero
      for (const [i, sample] of order.entries()) column[i] = Number(samples.value(sample, type));
      return column;
    });
    const stackless = Array.from(
      order.filter((sample) => samples.depth(sample) === 0),
      (each) => samples.sample(each),
    );
    const { sampleTypes, defaultSampleType } = profile;
    return {
      sampleTypes,
      defaultSampleType,
      locations,
      stacks,
      starts,
      values,
      stackless: [...stackless, ...profile.samples],
    };
  }
}
