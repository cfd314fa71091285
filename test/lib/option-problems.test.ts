import { Aws, Duration, Token } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { ProfileStore, ProfileType, type ProfilingOptions } from '../../lib';
import { optionProblems } from '../../lib/option-problems';
import { stackNamed } from './support/setup';

const stack = stackNamed();
const store = new ProfileStore(stack, 'Store');
const bucket = Bucket.fromBucketName(stack, 'Mine', 'mine');
const token = Token.asNumber({ Ref: 'Number' });

describe('optionProblems', () => {
  it.each<[ProfilingOptions, string, string]>([
    [{ samplingInterval: Duration.millis(0.5) }, "'samplingInterval' is 0.5 ms", 'Duration.millis(10)'],
    [{ samplingInterval: Duration.seconds(2) }, "'samplingInterval' is 2000 ms", 'from 1 to 1000 ms'],
    [{ snapshotInterval: Duration.millis(10) }, "'snapshotInterval' is 10 ms", 'Duration.minutes(1)'],
    [{ snapshotInterval: Duration.days(2) }, "'snapshotInterval' is 172800000 ms", 'to 86400000 ms'],
    [{ snapshotInterval: Duration.minutes(token) }, "'snapshotInterval' cannot be used", 'Duration.millis()'],
    [
      { samplingInterval: 5 as never },
      "'samplingInterval' cannot be used: 5 is not a Duration",
      'Use for example Duration.millis(…)',
    ],
    [{ windowSize: 0 }, "'windowSize' is 0", 'from 1 to 100'],
    [{ windowSize: 2.5 }, "'windowSize' is 2.5", 'a whole number'],
    [{ windowSize: 101 }, "'windowSize' is 101", 'for example 10'],
    [{ instanceFraction: -0.1 }, "'instanceFraction' is -0.1", 'a number from 0 to 1, for example 0.1'],
    [{ instanceFraction: 10 }, "'instanceFraction' is 10", 'from 0 to 1'],
    [{ instanceFraction: Number.NaN }, "'instanceFraction' is NaN", 'from 0 to 1'],
    [{ profiles: [] }, "'profiles' is empty", "'enabled' to false"],
    [
      { profiles: [ProfileType.WALL, 'cpu' as ProfileType] },
      "'profiles' has 'cpu'",
      'ProfileType, which has wall, heap,',
    ],
    [{ store: bucket as never }, "'store' is not a ProfileStore", "set 'bucket' if it is a bucket"],
    [{ bucket: 'mine' as never }, "'bucket' is not a bucket", 'use Bucket.fromBucketName'],
    [{ store, bucket }, "'store' and 'bucket' are both set", 'omit one of them'],
    [{ prefix: 'profiles' }, "'prefix' needs 'bucket'", "'store' to a ProfileStore with this 'prefix'"],
    [{ prefix: 'profiles', store }, "'prefix' needs 'bucket'", "'store' to a ProfileStore with this 'prefix'"],
    [{ prefix: 'profiles/', bucket }, "'prefix' is 'profiles/'", 'without one at either end'],
    [{ prefix: '', bucket }, "'prefix' is ''", 'give names'],
    [{ retention: Duration.hours(36) }, "'retention' is 1 day 12 hours", 'Duration.days(14)'],
    [{ retention: Duration.days(0) }, "'retention' is 0 days", 'at least one'],
    [{ retention: 14 as never }, "'retention' is 14, which is not a Duration", 'Duration.days(14)'],
    [{ retention: Duration.days(token) }, "'retention' is a token", "'store' to a ProfileStore"],
    [
      { retention: Duration.days(3), store },
      "'retention' applies only to the stack's default store",
      "'retention' of the ProfileStore",
    ],
    [
      { retention: Duration.days(3), bucket },
      "'retention' applies only to the stack's default store",
      'a lifecycle rule',
    ],
    [{ labels: { 'a b': 'c' } }, "'labels' has 'a b'", 'A-Z a-z 0-9 . _ and -.'],
    [{ labels: { '': 'c' } }, "'labels' has ''", '1 to 64 characters'],
    [{ labels: { team: '' } }, "'labels' has 'team' with 0 characters", 'give 1 to 128'],
    [{ labels: { team: 'x'.repeat(129) } }, "'labels' has 'team' with 129 characters", 'give 1 to 128'],
    [{ labels: { outcome: 'x' } }, "'labels' has 'outcome'", 'choose another name'],
    [
      { labels: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`l${index}`, 'x'])) },
      "'labels' has 11 labels",
      'at most 10',
    ],
  ])('names the prop and the remedy: %#', (options, prop, remedy) => {
    expect(optionProblems(options)).toEqual([expect.stringContaining(prop)]);
    expect(optionProblems(options)).toEqual([expect.stringContaining(remedy)]);
  });

  it('names the prop as it stands where the options do', () => {
    expect(optionProblems({ windowSize: 0, profiles: [], prefix: '/' }, 'profilingOptions.')).toEqual([
      expect.stringMatching(/^'profilingOptions.windowSize' is 0/),
      expect.stringMatching(/^'profilingOptions.profiles' .* 'profilingOptions.enabled'/),
      expect.stringMatching(/^'profilingOptions.prefix' is/),
      expect.stringMatching(/^'profilingOptions.prefix' needs 'profilingOptions.bucket'.*'profilingOptions.store'/),
    ]);
  });

  it('finds nothing wrong at the ends of the ranges', () => {
    const least = { samplingInterval: Duration.millis(1), snapshotInterval: Duration.seconds(1), windowSize: 1 };
    const most = { samplingInterval: Duration.seconds(1), snapshotInterval: Duration.days(1), windowSize: 100 };
    expect([...optionProblems(least), ...optionProblems(most)]).toEqual([]);
    expect(optionProblems({ instanceFraction: 0, retention: Duration.hours(48) })).toEqual([]);
    expect(optionProblems({ instanceFraction: 1, prefix: 'x'.repeat(64), bucket })).toEqual([]);
  });

  it('says nothing of tokens', () => {
    const options: ProfilingOptions = {
      samplingInterval: Duration.millis(token),
      snapshotInterval: Duration.millis(token),
      windowSize: token,
      instanceFraction: token,
      bucket,
      prefix: `${Aws.ACCOUNT_ID}/profiles`,
      labels: { stack: `${Aws.STACK_NAME} of ${'x'.repeat(200)}` },
    };
    expect(optionProblems(options)).toEqual([]);
  });
});
