import type { FunctionValues } from '../../../profile/analysis/compare/function-values';
import { SnapshotStatistics } from '../../../profile/analysis/compare/snapshot-statistics';
import { type SlowestThreshold, slowestSamples } from '../../../profile/analysis/slowest';
import type { Profile, ValueType } from '../../../profile/model/profile';
import { IncompatibleProfilesError, mergeHeaders, type ProfileHeader } from '../../../profile/model/profile-header';
import type { SlowestReport } from '../../snapshots/slowest';
import { CommandError } from '../../terminal/command-error';
import type { Side } from './diff-sides';

/** What of the snapshots fell on one side. */
export interface SnapshotSide {
  side: Side;
  /** The sample type that is compared; undefined: no snapshot is on this side. */
  sampleType?: ValueType;
  /** Values of all snapshots together. */
  values: FunctionValues;
  /** Values per invocation; undefined if a snapshot does not tell its invocations. */
  perInvocation?: SnapshotStatistics;
  /** Values as shares of the value of all functions. */
  shares: SnapshotStatistics;
  /** Which invocations were selected as the slowest; absent: that was not asked for. */
  slowest?: Pick<SlowestReport, 'threshold' | 'cut'>;
}

/** Sums up the snapshots of one side, in memory for its functions only. */
export class SideCollector {
  readonly #values: FunctionValues = { whole: 0, self: new Map(), functions: new Map() };
  readonly #shares = new SnapshotStatistics();
  readonly #perInvocation = new SnapshotStatistics();
  #header: ProfileHeader | undefined;
  #sampleType: ValueType | undefined;
  /** With anything that is wanted. */
  #snapshots = 0;
  #cut = 0;

  /** @param threshold - absent: all invocations are wanted */
  constructor(
    readonly side: Side,
    readonly threshold?: SlowestThreshold,
  ) {}

  /** What of a snapshot is wanted, if only of the slowest invocations. */
  slowest(profile: Profile): Profile {
    if (!this.threshold) return profile;
    const { profile: slowest, cut } = slowestSamples(profile, this.threshold);
    this.#cut += cut;
    return slowest;
  }

  /**
   * A further snapshot is on this side.
   *
   * @throws CommandError if it counts other things than those before
   */
  begin(header: ProfileHeader, sampleTypeIndex: number): void {
    try {
      this.#header = this.#header ? mergeHeaders(this.#header, header) : header;
    } catch (error) {
      if (!(error instanceof IncompatibleProfilesError)) throw error;
      throw new CommandError(
        `Snapshots of ${this.side.text} count different things: ${error.left}; and ${error.right}.`,
        'Take one kind only, with --type, or with since and until.',
        { cause: error },
      );
    }
    this.#sampleType ??= header.sampleTypes[sampleTypeIndex] ?? { type: '', unit: '' };
  }

  /** @param invocations - undefined: the snapshot does not tell them, or nothing of it is wanted */
  add({ self, whole, functions }: FunctionValues, invocations: number | undefined): void {
    const sums = this.#values;
    sums.whole += whole;
    for (const [id, fn] of functions) sums.functions.set(id, fn);
    for (const [id, value] of self) sums.self.set(id, (sums.self.get(id) ?? 0) + value);
    if (whole > 0) this.#shares.add(self, whole);
    if (invocations !== undefined) this.#perInvocation.add(self, invocations);
    if (whole > 0 || invocations !== undefined) this.#snapshots++;
  }

  result(): SnapshotSide {
    return {
      side: this.side,
      sampleType: this.#sampleType,
      values: this.#values,
      perInvocation: this.#perInvocation.snapshots === this.#snapshots ? this.#perInvocation : undefined,
      shares: this.#shares,
      ...(this.threshold && { slowest: { threshold: this.threshold, cut: this.#cut } }),
    };
  }
}
