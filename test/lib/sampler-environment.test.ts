import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, Duration, Lazy, Token } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { ProfileType } from '../../lib';
import { NUMBER_SETTINGS, samplerEnvironment } from '../../lib/sampler-environment';
import { readConfig } from '../../runtime/config';
import { stackNamed } from './support/setup';

describe('samplerEnvironment', () => {
  it('sets nothing for what is the default, given or not', () => {
    const defaults = {
      profiles: [ProfileType.CUSTOM, ProfileType.HEAP, ProfileType.WALL],
      samplingInterval: Duration.millis(10),
      snapshotInterval: Duration.minutes(1),
      windowSize: 10,
      instanceFraction: 1,
      recordRequestIds: true,
      labels: {},
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
      instanceFraction: 0.25,
      recordRequestIds: false,
    };
    expect(samplerEnvironment(options)).toEqual({
      PROFILED_FN_PROFILES: 'heap',
      PROFILED_FN_SAMPLING_INTERVAL_MS: '5',
      PROFILED_FN_SNAPSHOT_INTERVAL_MS: '300000',
      PROFILED_FN_WINDOW_SIZE: '3',
      PROFILED_FN_INSTANCE_FRACTION: '0.25',
      PROFILED_FN_REQUEST_IDS: 'false',
    });
  });

  it('passes tokens on', () => {
    const options = {
      samplingInterval: Duration.millis(Lazy.number({ produce: () => 20 })),
      windowSize: Token.asNumber({ Ref: 'Window' }),
      instanceFraction: Token.asNumber({ Ref: 'Fraction' }),
      labels: { stack: Aws.STACK_NAME, team: 'a&b' },
    };
    expect(stackNamed().resolve(samplerEnvironment(options))).toEqual({
      PROFILED_FN_SAMPLING_INTERVAL_MS: '20',
      PROFILED_FN_WINDOW_SIZE: { Ref: 'Window' },
      PROFILED_FN_INSTANCE_FRACTION: { Ref: 'Fraction' },
      PROFILED_FN_LABELS: { 'Fn::Join': ['', ['stack=', { Ref: 'AWS::StackName' }, ',team=a%26b']] },
    });
  });

  it('joins labels, their values encoded', () => {
    const { PROFILED_FN_LABELS } = samplerEnvironment({ labels: { team: 'a, b=c', release: 'Größe 100%' } });
    expect(PROFILED_FN_LABELS).toBe('team=a%2C%20b%3Dc,release=Gr%C3%B6%C3%9Fe%20100%25');
    const decoded = PROFILED_FN_LABELS.split(',').map((label) => label.split('=').map(decodeURIComponent));
    expect(decoded).toEqual([
      ['team', 'a, b=c'],
      ['release', 'Größe 100%'],
    ]);
  });

  it('turns every instance off with a fraction of 0', () => {
    expect(samplerEnvironment({ instanceFraction: 0 })).toEqual({ PROFILED_FN_INSTANCE_FRACTION: '0' });
  });

  it('leaves out what the sampler takes by itself, which is what the documents say', () => {
    const required = { PROFILED_FN_BUCKET: 'b', PROFILED_FN_PREFIX: 'p' };
    const format = readFileSync(join(import.meta.dirname, '../../docs/format.md'), 'utf8');
    const documented = Array.from(
      format.matchAll(/^\| `(PROFILED_FN_\w+)` \|.*\| `([^`]+)` \|$/gm),
      ([, name, value]) => [name, value],
    );
    const constructs = NUMBER_SETTINGS.map(({ variable, standard }) => [variable, String(standard)]);
    expect(documented).toEqual(expect.arrayContaining(constructs));
    expect(readConfig({ ...required, ...Object.fromEntries(documented) })).toEqual(readConfig(required));
  });
});
