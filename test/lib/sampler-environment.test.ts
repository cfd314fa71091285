import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ProfileType } from '../../lib';
import { optionProblems, samplerEnvironment } from '../../lib/sampler-environment';
import { stackNamed } from './setup';

describe('samplerEnvironment', () => {
  it('sets nothing for what is the default, given or not', () => {
    const defaults = {
      profiles: [ProfileType.HEAP, ProfileType.WALL],
      samplingInterval: Duration.millis(10),
      snapshotInterval: Duration.minutes(1),
      windowSize: 10,
    };
    expect(samplerEnvironment({})).toEqual({});
    expect(samplerEnvironment(defaults)).toEqual({});
  });

  it('sets what differs, times in milliseconds', () => {
    const options = {
      profiles: [ProfileType.HEAP, ProfileType.HEAP],
      samplingInterval: Duration.millis(5),
      snapshotInterval: Duration.minutes(5),
      windowSize: 3,
    };
    expect(optionProblems(options)).toEqual([]);
    expect(samplerEnvironment(options)).toEqual({
      PROFILED_FN_PROFILES: 'heap',
      PROFILED_FN_SAMPLING_INTERVAL_MS: '5',
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: '300000',
      PROFILED_FN_WINDOW_SIZE: '3',
    });
  });

  it('passes tokens on', () => {
    const options = {
      samplingInterval: Duration.millis(Lazy.number({ produce: () => 20 })),
      windowSize: Token.asNumber({ Ref: 'Window' }),
    };
    expect(optionProblems(options)).toEqual([]);
    expect(stackNamed().resolve(samplerEnvironment(options))).toEqual({
      PROFILED_FN_SAMPLING_INTERVAL_MS: '20',
      PROFILED_FN_WINDOW_SIZE: { Ref: 'Window' },
    });
  });
});

describe('optionProblems', () => {
  it.each([
    [
      { samplingInterval: Duration.millis(0.5) },
      "'profilingOptions.samplingInterval' is 0.5 ms",
      'Duration.millis(10)',
    ],
    [{ samplingInterval: Duration.seconds(2) }, "'profilingOptions.samplingInterval' is 2000 ms", 'from 1 to 1000 ms'],
    [{ snapshotInterval: Duration.millis(10) }, "'profilingOptions.snapshotInterval' is 10 ms", 'Duration.minutes(1)'],
    [{ snapshotInterval: Duration.days(2) }, "'profilingOptions.snapshotInterval' is 172800000 ms", 'to 86400000 ms'],
    [{ windowSize: 0 }, "'profilingOptions.windowSize' is 0", 'from 1 to 100'],
    [{ windowSize: 2.5 }, "'profilingOptions.windowSize' is 2.5", 'a whole number'],
    [{ windowSize: 101 }, "'profilingOptions.windowSize' is 101", 'for example 10'],
    [{ profiles: [] }, "'profilingOptions.profiles' is empty", "'profilingOptions.enabled' to false"],
  ])('names the prop and the remedy for %j', (options, prop, remedy) => {
    expect(optionProblems(options)).toEqual([expect.stringContaining(prop)]);
    expect(optionProblems(options)).toEqual([expect.stringContaining(remedy)]);
  });

  it('finds nothing wrong at the ends of the ranges', () => {
    const least = { samplingInterval: Duration.millis(1), snapshotInterval: Duration.seconds(1), windowSize: 1 };
    const most = { samplingInterval: Duration.seconds(1), snapshotInterval: Duration.days(1), windowSize: 100 };
    expect([...optionProblems(least), ...optionProblems(most)]).toEqual([]);
  });
});
